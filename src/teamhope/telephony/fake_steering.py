"""What a test, or a person who shows the programme, does with the telephones of the fake provider."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from teamhope.telephony.fake_handsets import Handset, Lift
from teamhope.telephony.fake_legs import INBOUND, Heard, Leg
from teamhope.telephony.fake_meetings import end, place_of, press_star
from teamhope.telephony.fake_ringing import begin, new_leg
from teamhope.telephony.fake_script import calling
from teamhope.telephony.fake_state import FakeState

VOICE_PATH: Final = "/hooks/twilio/voice"


@dataclass(slots=True)
class Steered(FakeState):
    """The fake's state, and hands at its telephones. Each number is in E.164."""

    def handset(self, number: str, **script: Any) -> None:
        """From its next call on, this telephone does what the script says (see Handset)."""
        self.handsets[number] = Handset(**script)

    def ring_us(self, from_: str, callback: str = "") -> Leg:
        """A call to the account's number, which asks VOICE_PATH; the number's `callback` hears of its end."""
        leg = new_leg(self, self.number, from_, INBOUND, from_)
        leg.callback, leg.events = callback, frozenset({"completed"} if callback else ())
        begin(self, leg, calling(self, leg, self.public_url + VOICE_PATH))
        return leg

    def lift(self, leg: Leg, lift: Lift) -> None:
        """For a handset by hand that rings."""
        leg.tell(lift)

    def press(self, leg: Leg, keys: str) -> None:
        """Keys at a Gather; in a conversation only a star means anything."""
        if (place := place_of(self, leg)) is None:
            leg.tell(keys)
        elif keys == "*":
            press_star(self, place)

    def hang_up(self, number: str) -> None:
        """Whoever is at this telephone; one that still rings is cut off."""
        for leg in self.legs_of(number):
            end(self, leg)

    def legs_of(self, number: str) -> list[Leg]:
        """Its calls that are not over."""
        return [leg for leg in self.calls if leg.number == number and not leg.is_over]

    def heard_at(self, number: str) -> list[Heard]:
        """Everything that was said at this telephone, call after call."""
        return [heard for leg in self.calls if leg.number == number for heard in leg.heard]

    def calls_to(self, number: str) -> list[Leg]:
        """Those from it too, in the order in which they came."""
        return [leg for leg in self.calls if leg.number == number]


Hands: TypeAlias = NamedDependency[SkipValidation[Steered]]
