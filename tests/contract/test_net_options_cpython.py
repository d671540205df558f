"""What the kernel was told about a connection: that it finds out itself when the peer is gone."""

import socket

from tests.contract.net_helpers import with_pair


def test_both_ends_send_at_once_and_notice_a_dead_link():
    async def check(pair):
        for stream in (pair.client, pair.far):
            tcp = [
                stream.socket.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_NODELAY,
                    socket.TCP_USER_TIMEOUT,
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                )
            ]
            assert tcp == [1, 60_000, 60, 20, 3]
            assert stream.socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1

    with_pair(check)
