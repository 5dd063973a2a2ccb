"""A picture, a sound and a film to send."""

from __future__ import annotations

from hf_integrations.emulator.media import drawing, films, png, sound, speech

PIXELS = drawing.draw("a red circle on a blue background", seed="", width=96, height=64)
PICTURE = png.write(PIXELS)
DOCUMENT = png.write(PIXELS, text="Invoice 7. The total is 42 euros.\nIt was sent to Ada Lovelace.")
SAID = "Good morning. This is a test."
SOUND = sound.write(speech.say(SAID))
FILM = films.of_picture(PIXELS, frames=2, width=32, height=32)
