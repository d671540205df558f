"""A cellular module on a serial port: what the uplink may ask of it.

The rungs, lowest first; each expects the one below it, whatever state the module was found in:

    await open()              power, rate, identity: the module answers. Also when it was left in
                              the middle of data, with sockets open, or at another rate
    await sim()               -> "ready", "locked", "absent" or "failed". "locked": the SIM wants a
                              PIN that is not set or was refused, or a PUK; it is never guessed
    await register(limit_ms)  -> "home" or "roaming"; PortError when the limit is over, saying
                              why not ("searching", "denied", ...)
    await activate()          -> our address. The data context is up. PortError when it is refused
    await connect(host, port, timeout_ms, kind="TCP")
                              -> a stream as those of hal/net.py; kind "UDP" likewise
    await serve(handler, host, port)
                              -> a server as that of hal/net.py (`port`, `close()`)
    await deactivate()        the context is down, and with it every stream
    await reset()             the reset line, or else the command for it; then `open` is due
    await close()             streams, context and port are let go; the module stays powered

Beside them:

    await online(limit_ms)    open, sim, register, activate, as far as they are due -> our address
    await ping(host, limit_ms)
                              -> round trip in ms, or None when nobody answers
    await status()            -> dict: state, signal_dbm, operator, registration, address, model,
                              imei, iccid, rate, sent, received ... as far as known; never raises
    await network_time()      -> UTC in s as the network says, or None
    state                     words for display: "off", "silent", "SIM locked", "online" ...
    lost                      why the context went, or the module restarted, since `activate`; ""

Errors: PortError for the module or the network (device gone, command refused, no context, not
connected), NoReply for a module that is mute. After NoReply only `reset` or `open` help.
All are coroutines that may be cancelled; one command is on the line at a time.
"""
