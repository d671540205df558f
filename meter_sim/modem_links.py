"""The sockets of a simulated module. What came for one waits until it is asked for, and is told
of once: the next word comes when it was empty in between."""

LINKS_MAX = 10
SERVER = -1
BUFFER_MAX = 64_000  # octets that one link keeps


class Link:
    """`told(word, link)` of the dialect is called with opened, failed, data and closed."""

    def __init__(self, links, number, kind, host, port):
        self.number = number
        self.kind = kind
        self.host = host
        self.port = port
        self.inbox = b""
        self.is_open = False
        self.transport = None
        self._links = links

    # what the network says

    def opened(self):
        if self._links.has(self):
            self.is_open = True
            self._links.tell("opened", self)

    def failed(self):
        if self._links.has(self):
            self._links.forget(self)
            self._links.tell("failed", self)

    def arrived(self, octets):
        if self._links.has(self):
            was_empty, self.inbox = not self.inbox, (self.inbox + octets)[:BUFFER_MAX]
            if was_empty:
                self._links.tell("data", self)

    def closed(self):
        """By the peer."""
        if self._links.has(self) and self.is_open:
            self.is_open = False
            self._links.tell("closed", self)

    # what the module does

    def take(self, size):
        taken, self.inbox = self.inbox[:size], self.inbox[size:]
        return taken

    def send(self, octets):
        self.transport.send(octets)


class Links:
    def __init__(self, module):
        self._module = module
        self._links = {}
        self._listener = None
        self.on = {}  # (word, number) -> function(link): for whoever waits for it

    def get(self, number):
        return self._links.get(number)

    def has(self, link):
        return self._links.get(link.number) is link

    def dial(self, number, kind, host, port):
        """A new link; it says `opened` or `failed` later."""
        link = self._links[number] = Link(self, number, kind, host, port)
        link.transport = self._module.network.dial(kind, host, port, link)
        return link

    def listen(self, port):
        """Whether the port is ours now."""
        self.stop_listening()
        self._listener = self._module.network.listen(port, self._accept)
        return self._listener is not None

    def stop_listening(self):
        if self._listener:
            self._listener.close()
        self._listener = None

    def _accept(self, host, port, transport):
        """A Link for who dials us, or None."""
        free = [number for number in range(LINKS_MAX) if number not in self._links]
        if not free:
            return None
        link = self._links[free[0]] = Link(self, free[0], "TCP", host, port)
        link.transport = transport
        link.is_open = True
        self.tell("incoming", link)
        return link

    def close(self, link):
        """By us; nothing is told."""
        self.forget(link)
        link.transport.close()

    def forget(self, link):
        self._links.pop(link.number)

    def drop_all(self):
        """The context is gone."""
        self.stop_listening()
        for link in list(self._links.values()):
            self.close(link)

    def tell(self, word, link):
        waiting = self.on.pop((word, link.number), None)
        if waiting:
            waiting(link)
        else:
            self._module.dialect.told(self._module, word, link)
