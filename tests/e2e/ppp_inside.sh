#!/bin/sh
# The first process of a user-mode Linux, whose kernel has PPP: FOLDER, PYTHON and ROOT come on its
# command line. The file system is that of the machine outside.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run && mkdir -p /run/lock
mkdir -p /dev/pts
mount -t devpts pts /dev/pts
modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in drivers/net/slip/slhc lib/crc-ccitt drivers/net/ppp/ppp_generic drivers/net/ppp/ppp_async; do
	[ -e "$modules/$module.ko" ] && /sbin/insmod "$modules/$module.ko"
done
ip link set lo up
cd "$ROOT" && PYTHONPATH=. "$PYTHON" -m tests.e2e.ppp_inside "$FOLDER" >"$FOLDER/said" 2>&1
echo "exit code $?" >>"$FOLDER/said"
sync
/sbin/halt -f 2>/dev/null || busybox halt -f
