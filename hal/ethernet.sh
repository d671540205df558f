#!/bin/sh
# What the DCU asks of the machine's Ethernet (hal/ethernet.py), and what udhcpc(8) tells it.
# For dash and busybox sh. Nothing is touched but the interface named, its default route and the
# file for name servers. FOLDER is where the DCU keeps what udhcpc said.

name_servers() {  # FILE SERVER...
	file=$1
	shift
	[ -n "$file" ] && [ $# -gt 0 ] || return 0
	[ -e "$FOLDER/resolv.before" ] || cp "$file" "$FOLDER/resolv.before" 2>/dev/null
	for server; do echo "nameserver $server"; done >"$file"
}

end_udhcpc() {
	[ -s "$FOLDER/udhcpc.pid" ] || return 0
	pid=$(cat "$FOLDER/udhcpc.pid")
	if grep -q udhcpc "/proc/$pid/cmdline" 2>/dev/null; then kill "$pid"; fi
	rm -f "$FOLDER/udhcpc.pid"
}

replace_gateway() {  # GATEWAY, or "" for none
	[ -z "$1" ] || ip route replace default via "$1" dev "$interface"
}

replace_address() {  # ADDRESS/MASK GATEWAY
	ip -4 addr flush dev "$interface" scope global &&
		ip addr add "$1" broadcast + dev "$interface" && replace_gateway "$2"
}

what=$1
case $what in
fixed)  # INTERFACE ADDRESS/MASK GATEWAY RESOLV SERVER...
	interface=$2 address=$3 gateway=$4 resolv=$5
	shift 5
	end_udhcpc
	rm -f "$FOLDER/lease"
	ip link set "$interface" up && replace_address "$address" "$gateway" &&
		name_servers "$resolv" "$@"
	;;
dhcp)  # INTERFACE RESOLV HOSTNAME
	interface=$2
	end_udhcpc
	rm -f "$FOLDER/lease"
	ip link set "$interface" up || exit 1
	cp "$0" "$FOLDER/udhcpc.sh" && chmod 700 "$FOLDER/udhcpc.sh" || exit 1
	export FOLDER RESOLV="$3"
	exec udhcpc -b -t 4 -T 2 -A 10 -i "$interface" -p "$FOLDER/udhcpc.pid" -s "$FOLDER/udhcpc.sh" \
		-x "hostname:$4"
	;;
system)  # INTERFACE RESOLV [ADDRESS/MASK GATEWAY]; as it was before the DCU saw to it
	interface=$2 resolv=$3
	end_udhcpc
	rm -f "$FOLDER/lease"
	[ -z "$4" ] || replace_address "$4" "$5" || exit 1
	if [ -n "$resolv" ] && [ -e "$FOLDER/resolv.before" ]; then
		cat "$FOLDER/resolv.before" >"$resolv"
		rm -f "$FOLDER/resolv.before"
	fi
	;;
state)  # INTERFACE; prints its addresses, then "via GATEWAY"
	ip -4 -o addr show dev "$2" scope global | sed 's/.* inet \([0-9./]*\).*/\1/'
	ip -4 route show default dev "$2" | sed -n 's/.*via \([0-9.]*\).*/via \1/p' | head -n 1
	;;
deconfig)  # by udhcpc: at its start, when the old address is kept for the time being; or lease over
	ip link set "$interface" up
	if [ -s "$FOLDER/lease" ]; then
		rm -f "$FOLDER/lease"
		ip -4 addr flush dev "$interface" scope global
	fi
	;;
bound | renew)
	address=$ip/${mask:-24}
	now=$(ip -4 -o addr show dev "$interface" scope global | sed 's/.* inet \([0-9./]*\).*/\1/')
	gateway=${router%% *}
	if [ "$now" = "$address" ]; then
		replace_gateway "$gateway"
	else
		replace_address "$address" "$gateway"
	fi
	name_servers "$RESOLV" $dns
	echo "$address $gateway" >"$FOLDER/lease"
	;;
esac
