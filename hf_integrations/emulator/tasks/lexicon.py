"""A small dictionary: enough for a translation that a reader recognises as one."""

from __future__ import annotations

import re

# English, French, German, Spanish.
_ROWS = (
    "hello bonjour hallo hola|world monde Welt mundo|"
    "good bon gut bueno|morning matin Morgen mañana|"
    "evening soir Abend noche|thank merci danke gracias|"
    "thanks merci danke gracias|"
    "please s'il-vous-plaît bitte por-favor|yes oui ja sí|"
    "no non nein no|and et und y|or ou oder o|"  # codespell:ignore oder
    "but mais aber pero|not pas nicht no|the le der el|"
    "a un ein un|an un ein un|this ce dieses este|"
    "that cela das eso|is est ist es|are sont sind son|"  # codespell:ignore ist
    "was était war era|am suis bin soy|have ai habe tengo|"
    "has a hat tiene|be être sein ser|i je ich yo|"  # codespell:ignore ser
    "you vous Sie usted|he il er él|she elle sie ella|"  # codespell:ignore sie
    "we nous wir nosotros|they ils sie ellos|it il es ello|"  # codespell:ignore sie
    "my mon mein mi|your votre Ihr su|his son sein su|"
    "her son ihr su|our notre unser nuestro|"  # codespell:ignore unser
    "name nom Name nombre|in dans in en|on sur auf sobre|"
    "of de von de|to à zu a|from de von de|with avec mit con|"
    "for pour für para|without sans ohne sin|at à bei en|"
    "by par von por|house maison Haus casa|"
    "city ville Stadt ciudad|country pays Land país|"
    "day jour Tag día|night nuit Nacht noche|year an Jahr año|"
    "time temps Zeit tiempo|today aujourd'hui heute hoy|"
    "tomorrow demain morgen mañana|friend ami Freund amigo|"
    "man homme Mann hombre|woman femme Frau mujer|"
    "child enfant Kind niño|cat chat Katze gato|"
    "dog chien Hund perro|book livre Buch libro|"
    "water eau Wasser agua|bread pain Brot pan|"
    "food nourriture Essen comida|car voiture Auto coche|"
    "tree arbre Baum árbol|sun soleil Sonne sol|"
    "red rouge rot rojo|blue bleu blau azul|"  # codespell:ignore rouge
    "green vert grün verde|white blanc weiß blanco|"
    "black noir schwarz negro|big grand groß grande|"
    "small petit klein pequeño|new nouveau neu nuevo|"
    "old vieux alt viejo|beautiful beau schön hermoso|"
    "live vis wohne vivo|love aime liebe amo|"
    "like aime mag gusta|eat mange esse como|see vois sehe veo|"  # codespell:ignore mange
    "go vais gehe voy|want veux will quiero|know sais weiß sé|"  # codespell:ignore sais
    "speak parle spreche hablo|work travail Arbeit trabajo|"
    "where où wo dónde|what que was qué|who qui wer quién|"
    "when quand wann cuándo|how comment wie cómo|"
    "why pourquoi warum por-qué|very très sehr muy|"
    "here ici hier aquí|there là dort allí|one un eins uno|"
    "two deux zwei dos|three trois drei tres"
)
_LANGUAGES = ("en", "fr", "de", "es")
_NAMES = {
    "english": "en", "eng": "en", "french": "fr", "fra": "fr", "german": "de", "deu": "de",
    "spanish": "es", "spa": "es", "italian": "it", "ita": "it",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")  # noqa: RUF001 - typographic apostrophe


def code(language: str) -> str:
    """Return the short code of a language: `fr` for `fr_XX`, `fra_Latn` or `French`."""
    first = re.split(r"[_-]", language.lower())[0]
    return _NAMES.get(first, first)


def translate(text: str, source: str, target: str) -> str:
    """Put each word of `text` into the other language; one that is not known stays."""
    if source not in _LANGUAGES or target not in _LANGUAGES:
        return text
    known = _BOOKS[source, target]

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        found = known.get(word.lower(), word)
        return found[:1].upper() + found[1:] if word[:1].isupper() else found

    return _WORD.sub(turned, text)


def _book(source: int, target: int) -> dict[str, str]:
    rows = [row.split() for row in _ROWS.split("|")]
    pairs = {row[source].lower(): row[target].replace("-", " ") for row in reversed(rows)}
    return {key.replace("-", " "): value for key, value in pairs.items()}


_BOOKS = {
    (one, other): _book(i, j)
    for i, one in enumerate(_LANGUAGES)
    for j, other in enumerate(_LANGUAGES)
}
