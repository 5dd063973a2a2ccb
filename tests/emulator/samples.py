"""A picture, a sound and a film to send."""

from __future__ import annotations

from hf_integrations.emulator.media import drawing, films, png, sound, speech

PIXELS = drawing.draw("a red circle on a blue background", seed="", width=96, height=64)
PICTURE = png.write(PIXELS)
DOCUMENT = png.write(PIXELS, text="Invoice 7. The total is 42 euros.\nIt was sent to Ada Lovelace.")
SAID = "Good morning. This is a test."
SOUND = sound.write(speech.say(SAID))
FILM = films.of_picture(PIXELS, frames=2, width=32, height=32)


def page(text: str) -> bytes:
    """A PDF with one line on its only page, as small as one gets."""
    drawn = f"BT /F1 24 Tf 20 100 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 6\n0000000000 65535 f \n" + entries
    end = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + table + end


PAGE = page("Dummy PDF file")
