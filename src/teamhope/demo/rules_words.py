"""The invented names, places and sentences of the demonstration. No one in it is anybody."""

from dataclasses import dataclass
from typing import Final

# Names of plants, stones, colors and weather: nobody is meant by "Juniper Example".
_ENGLISH_NAMES = """
Alder Amber Ash Aspen Basil Birch Bramble Brook Cedar Clay Clover Coral Cricket Dale Dune Ember Fawn Fennel Fern
Flint Forest Frost Garnet Ginger Glen Hazel Heather Holly Hyacinth Indigo Ivy Jade Jasper Juniper Lark Laurel
Lavender Linden Maple Marigold Meadow Mica Moss Myrtle Nutmeg Oak Olive Onyx Opal Orchid Pearl Peony Pepper Petal
Pine Plum Poppy Primrose Quill Rain Reed River Robin Rosemary Rowan Rush Saffron Sage Sienna Sky Slate Snow Sorrel
Starling Stone Storm Teal Thistle Thyme Umber Vale Verbena Violet Willow Winter Wren Yarrow Zephyr
"""
_SPANISH_NAMES = """
Abril Alba Aurora Azucena Brisa Camelia Celeste Cielo Clavel Coral Dalia Esmeralda Estrella Flor Gardenia Girasol
Jacinto Jazmín Laurel Lirio Lluvia Lucero Luna Malva Mar Margarita Melisa Menta Nieve Nube Olivo Paloma Perla
Pradera Rocío Romero Rubí Salvia Sauce Sol Tomillo Trébol Verónica Violeta Zafiro
"""
ENGLISH_NAMES: Final = tuple(_ENGLISH_NAMES.split())
SPANISH_NAMES: Final = tuple(_SPANISH_NAMES.split())
SURNAMES: Final = ("Example", "Sample", "Fictional", "Invented", "Muestra", "Ejemplo")


@dataclass(frozen=True, slots=True)
class Place:
    """`share` of the people in it, in a thousand: by zones as the population is (domain.md §7)."""

    state: str
    zone: str
    share: int
    spanish: float = 0.2


PLACES: Final = (
    Place("NY", "America/New_York", 95),
    Place("FL", "America/New_York", 90, 0.35),
    Place("GA", "America/New_York", 60),
    Place("PA", "America/New_York", 65),
    Place("OH", "America/New_York", 60),
    Place("NC", "America/New_York", 55),
    Place("MI", "America/Detroit", 25),
    Place("IN", "America/Indiana/Indianapolis", 20),
    Place("TX", "America/Chicago", 130, 0.4),
    Place("IL", "America/Chicago", 60, 0.25),
    Place("MN", "America/Chicago", 30),
    Place("MO", "America/Chicago", 30),
    Place("LA", "America/Chicago", 20),
    Place("WI", "America/Chicago", 20),
    Place("CO", "America/Denver", 25, 0.25),
    Place("NM", "America/Denver", 12, 0.4),
    Place("UT", "America/Denver", 13),
    Place("AZ", "America/Phoenix", 28, 0.35),
    Place("CA", "America/Los_Angeles", 110, 0.4),
    Place("WA", "America/Los_Angeles", 25),
    Place("OR", "America/Los_Angeles", 15),
    Place("NV", "America/Los_Angeles", 12, 0.3),
    Place("HI", "Pacific/Honolulu", 8, 0),
    Place("AK", "America/Anchorage", 4, 0),
    Place("PR", "America/Puerto_Rico", 12, 0.95),
)
# A number's area says nothing of where somebody lives: people move and keep it.
_AREAS = """
206 212 213 215 303 305 312 313 314 317 404 415 503 504 505 512 602 608 612 614 619 702 713 787 801 808 813 907 917 919
"""
AREAS: Final = tuple(_AREAS.split())
LINES_OF_AN_AREA: Final = 100  # 555-0100 to 555-0199 are kept for fiction

AGREED_WORDS: Final = {
    "en": ("Hello, it's me. Talk soon.", "Just saying hello. Call when you can.", "Hi, calling about the book club."),
    "es": ("Hola, soy yo. Hablamos.", "Solo llamo para saludar. Hasta luego.", "Hola, llamo por el club de lectura."),
}
SHARED_WITH: Final = {
    "en": ("Her sister also answers this phone.", "The whole house hears it.", "Someone at work may answer."),
    "es": ("Su hermana también contesta.", "En casa todos lo oyen.", "En el trabajo puede contestar otra persona."),
}
CODE_WORDS: Final = {"en": ("lighthouse", "blue kite", "peppermint"), "es": ("faro", "cometa azul", "hierbabuena")}
NOTES: Final = {
    "en": (
        "Slept a little better. Ask how the week went.",
        "Likes to talk while walking. Give her time to get outside.",
        "Asked about support groups. Bring the list next time.",
        "Quiet today. Listening was enough.",
        "Worried about the holidays. Talk about what to do on that day.",
        "Good talk. Wants to keep this rhythm.",
        "Short on time because of work. Evenings are better.",
    ),
    "es": (
        "Durmió un poco mejor. Preguntar cómo le fue en la semana.",
        "Prefiere hablar mientras camina. Darle tiempo de salir.",
        "Preguntó por grupos de apoyo. Llevar la lista la próxima vez.",
        "Hoy habló poco. Bastó con escuchar.",
        "Le preocupan las fiestas. Hablar de qué hacer ese día.",
        "Buena plática. Quiere seguir a este ritmo.",
        "Tiene poco tiempo por el trabajo. Mejor por la tarde.",
    ),
}
PRACTICES: Final = ("Harbor", "Lantern", "Orchard", "Compass", "Tidewater", "Prairie", "Evergreen", "Cornerstone")
PRACTICE_KINDS: Final = {
    "individual_clinician": "Counselor",
    "clinician_group": "Therapy Group",
    "organisation": "Family Center",
}
