"""An association with a meter: opened, opened again when it is gone, left open, closed.

What is asked within it is drivers/dlms_meter.py's business.
"""

from drivers.hdlc_meter_link import LinkDropped
from drivers.login import Login
from hal.errors import DcuError, NoReply, WireError
from wire import apdu, dialogue, initiate
from wire.dialogue_blocks import in_blocks
from wire.dialogue_unasked import CIPHERED, GENERAL, PLAIN, set_aside


class MeterSession:
    """The parameters are those of drivers/dlms_meter.py.

    `associated` is what the meter allows: dialogue.Associated; None while there is nothing.
    An association that was left open and has gone meanwhile is opened again, once in a visit.
    """

    def __init__(self, link, login, release, hold, read_counter, unasked):
        self._link = link
        self._login = login or Login()
        self._release = release
        self._hold = hold
        self._unasked = unasked or _ignored
        self._read_counter = read_counter
        self.associated = None
        self.tap = None  # function(is sent, APDU) of what is within ciphered ones, for a trace
        self._urgent = False
        self._was_open = False  # when we came
        self._is_unproven = False  # found open, and not heard since
        self._may_reopen = False
        self._is_silent = False
        self._is_clean = True  # no dialogue was broken off
        self._end = None  # why nothing can be asked any more in this visit: we hold no link

    async def connect(self, attempts=None, urgent=False):
        """The link alone: for a client that brings its own association (transparent access).
        True when it was still open."""
        is_kept = await self._link.connect(attempts, urgent)
        self._urgent = urgent
        self._is_silent = False
        self._end = None
        self._is_clean = self._may_reopen = True
        return is_kept

    async def open(self, attempts=None, urgent=False):
        """Link and association; dialogue.Associated. NoReply, AssociationRefused, WireError,
        PortError, Refused, of which NotAuthenticated is for refused credentials: then there is
        nothing to close. `attempts` and `urgent` are for the link."""
        if self._hold:
            self._hold.check()
        is_synchronized = False
        if self._login.is_new():
            is_synchronized = await self._synchronize(attempts, urgent) is not None
        error = await self._enter(attempts, urgent)
        if error and self._login.is_to_blame(error):
            if is_synchronized or not self._login.counter:
                self._blame(error)
            error = await self._enter_again(error, attempts, urgent)
        if error:
            raise error
        if self._hold:
            self._hold.accept()
        return self.associated

    async def _enter(self, attempts, urgent):
        """None, or how the association failed; then nothing is open."""
        is_kept = await self.connect(attempts, urgent)
        self._was_open = self._is_unproven = bool(is_kept and self.associated)
        if self._was_open:
            return None
        failure = None
        try:
            await self._associate()
        except (NoReply, WireError) as error:
            failure = error
        except BaseException:
            await self._link.disconnect()
            raise
        if failure:
            await self._link.disconnect(self._is_silent)
        return failure

    async def _enter_again(self, error, attempts, urgent):
        """As _enter, after a failure that a counter out of step would explain; or the line, if it
        was silence. If it was neither, the keys are wrong."""
        was_behind = await self._synchronize(attempts, urgent, error)
        if was_behind is None and isinstance(error, NoReply):
            return error
        if not was_behind and not isinstance(error, NoReply):
            self._blame(error)
        again = await self._enter(attempts, urgent)
        if again and self._login.is_to_blame(again):
            self._blame(again)
        return again

    async def _synchronize(self, attempts, urgent, error=None):
        """Go on above the counter that the meter has heard: `error` may say it, else we ask.
        Whether ours was behind; None if the meter does not say."""
        expected = getattr(getattr(error, "exception", None), "counter", None)
        if expected is None:
            heard = self._read_counter and await self._read_counter(attempts, urgent)
        else:
            heard = expected - 1
        return None if heard is None else self._login.go_above(heard)

    def _blame(self, error):
        """Raises NotAuthenticated: the credentials are not offered again for a while."""
        if self._hold:
            self._hold.refuse(f"{self._link.name}, auth {self._login.name}: {error}")
        raise error

    async def exchange_apdu(self, apdu):
        """The meter's answer to any APDU, untouched."""
        try:
            return await self._link.request(apdu)
        except NoReply:
            self._is_silent = True
            raise

    async def close(self, idle_ms=None):
        """Let go of the meter. Raises nothing of its part.

        idle_ms   until the next visit: association and link stay open if the meter holds them
                  for so long. None leaves them as they were found.
        """
        if self.associated and self._is_clean and self._stays(idle_ms):
            self._link.leave_open()
            return
        try:
            if self._release != "none" and self.associated and not self._is_silent:
                around = self.associated if self._release == "ciphered" else None
                await self._run(dialogue.release(associated=around))
        except DcuError:
            pass  # the meter will see by itself that we are gone
        finally:
            self.associated = None
            await self._link.disconnect(self._is_silent)

    def _stays(self, idle_ms):
        return self._was_open if idle_ms is None else self._link.can_stay_open(idle_ms)

    async def _associate(self):
        self.associated = None
        proposed = initiate.CONFORMANCE
        if self._link.blocks_in_a_row > 1:  # else they save no turn-round
            proposed |= initiate.GENERAL_BLOCK
        self.associated = await self._run(self._login.associate(proposed))

    async def ask(self, talk_of, is_repeatable=True):
        """The result of the dialogue that `talk_of()` begins; on a new association if the one
        that we hold turns out to be gone.

        is_repeatable   whether it may be carried out twice: a lost answer is no lost request
        """
        if self._end:
            raise self._end
        if not self._is_clean:  # what went before was broken off, and so is the link
            await self._reopen()
        try:
            result = await self._run(self._within(talk_of()))
            self._is_unproven = False
            return result
        except (LinkDropped, NoReply, dialogue.AccessRefused) as error:
            if not self._may_reopen or not self._is_gone(error, is_repeatable):
                self._is_unproven = False
                raise
        self._may_reopen = self._is_unproven = self._is_silent = False
        await self._reopen()
        return await self._run(self._within(talk_of()))

    async def _reopen(self):
        await self._link.reconnect()
        self._is_clean, self._is_silent = True, False
        failure = None
        try:
            await self._associate()
        except (NoReply, WireError) as error:
            if not self._login.counter:
                raise
            failure = error
        if failure:
            await self._link.disconnect(self._is_silent)
            self._end = failure
            failure = await self._enter_again(failure, None, self._urgent)
        if failure:
            raise failure

    def _is_gone(self, error, is_repeatable):
        """Whether the failure says that link or association are gone, and we may ask again."""
        if isinstance(error, LinkDropped):
            return is_repeatable or error.is_untouched
        if isinstance(error, NoReply):
            return self._is_unproven and is_repeatable
        exception = error.exception  # not carried out: we are not associated, or out of step
        if not isinstance(exception, apdu.ExceptionResponse):
            return False
        if exception.counter is not None and self._login.counter:
            return self._login.go_above(exception.counter - 1)
        return self._is_unproven and exception.state == apdu.NOT_ALLOWED

    def _within(self, talk):
        """`talk` as the association has it: ciphered, or in clear."""
        if not self.associated.protection:
            return talk
        talk = set_aside(talk, self._unasked, PLAIN)
        if self.tap:
            talk = overheard(talk, self.tap)
        return dialogue.protected(talk, self.associated.protection)

    async def _run(self, talk):
        was_clean, self._is_clean = self._is_clean, False
        talk = self._wrapped(talk)
        step, value = talk.send, None
        while True:
            try:
                request = step(value)
            except StopIteration as done:
                self._is_clean = was_clean
                return done.value
            except dialogue.AccessRefused:
                self._is_clean = was_clean
                raise
            try:
                step, value = talk.send, await self.exchange_apdu(request)
                self._is_silent = False
            except NoReply as silence:
                step, value = talk.throw, silence  # raised again, unless it is asked otherwise

    def _wrapped(self, talk):
        agreed = self.associated
        if agreed and agreed.conformance & initiate.GENERAL_BLOCK:
            talk = in_blocks(talk, agreed.max_pdu, self._link.blocks_in_a_row)
        is_ciphered = agreed and agreed.protection
        return set_aside(talk, self._unasked, PLAIN + CIPHERED + (() if is_ciphered else GENERAL))


def overheard(talk, tell):
    """The same dialogue; `tell(is sent, APDU)` gets both sides of it."""
    step, value = talk.send, None
    while True:
        try:
            request = step(value)
        except StopIteration as done:
            return done.value
        tell(True, request)
        try:
            step, value = talk.send, (yield request)
            tell(False, value)
        except NoReply as silence:
            step, value = talk.throw, silence


def _ignored(apdu):
    pass
