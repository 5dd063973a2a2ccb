"""`hfi completions`: what a shell needs in order to complete our commands."""

from __future__ import annotations

from typing import Annotated

import typer

from hf_integrations.errors import ValidationError

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def completions(
    shell: Annotated[str, typer.Argument(help=f"One of {', '.join(SHELLS)}.")],
) -> None:
    """Print the completions for a shell; for bash: eval "$(hfi completions bash)"."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    if shell not in SHELLS:
        raise ValidationError(f"There are completions for {', '.join(SHELLS)}, not for {shell!r}.")
    script = get_completion_script(prog_name="hfi", complete_var="_HFI_COMPLETE", shell=shell)
    typer.echo(script)
