"""Commands about the service: serve, slack, doctor, and the keys of those who may call it."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.channels import listings, operations, terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import Json, Reader
from assistant.channels.session import open_session
from assistant.errors import Unavailable
from assistant.settings import load
from assistant.types import Audience, Scope

keys = typer.Typer(
    help="Keys for those who call the service.", no_args_is_help=True, rich_markup_mode=None
)

MOST_A_MINUTE = 1_000_000
SECRET_KEY = "keep the secret, it can't be shown again"
WIDGET_KEY = (
    "it works on the sites that you named and nowhere else, and can't be shown again; put it into "
    "their pages: <script async src=https://YOUR-SERVER/widget.js data-key=KEY></script>"
)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)
    ] = None,
    json_: Json = False,
) -> None:
    """Serve the archive over HTTP; anything but loopback needs a key first."""
    from assistant.channels.serve import serve as run

    given = {"host": host, "port": port}
    changes = {name: value for name, value in given.items() if value is not None}
    run(load().model_copy(update=changes), as_json=json_)


def slack(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)
    ] = None,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="Print the app's manifest for Slack instead.")
    ] = False,
    url: Annotated[
        str | None, typer.Option(help="With --manifest: the server's public address, for HTTP.")
    ] = None,
    json_: Json = False,
) -> None:
    """Answer in Slack, beside a running server or as one; needs Slack's tokens in the settings."""
    if manifest:
        from assistant.channels.slack.manifest import manifest as made

        terminal.show(made(url), as_json=True, human=str)
        return
    from assistant.channels.slack.serve import run

    given = {"host": host, "port": port}
    changes = {name: value for name, value in given.items() if value is not None}
    run(load().model_copy(update=changes), as_json=json_)


def mcp(audience: Reader = "public") -> None:
    """Serve the archive to a desktop program over MCP, on stdin and stdout."""
    settings = load()
    from assistant.channels.mcp_stdio import run

    run(settings, audience)


def doctor(json_: Json = False) -> None:
    """Check that everything the assistant needs is there; exit 5 when something is down."""
    from assistant.channels import doctor as examination

    findings = examination.examine(load)
    terminal.show(
        {"ok": all(f["ok"] for f in findings), "checks": findings},
        as_json=json_,
        human=lambda: examination.findings_text(findings),
    )
    if not all(finding["ok"] for finding in findings):
        raise typer.Exit(Unavailable.exit_code)


@keys.command("create")
def create(
    scope: Annotated[Scope, typer.Option(help="ask, edit or admin.")] = "ask",
    audience: Annotated[
        Audience, typer.Option(help="The widest audience that the key may read as.")
    ] = "public",
    widget: Annotated[
        bool, typer.Option("--widget", help="A public key for the widget on your own sites.")
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="URL", help="A site that the widget key works on; repeat for more."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Questions a minute with this key.", min=1, max=MOST_A_MINUTE)
    ] = None,
    json_: Json = False,
) -> None:
    """Make a key; its secret is printed this once and never again."""
    with open_session(load(), "keys create") as session:
        made = session.call(
            operations.keys_create,
            scope=scope,
            audience=audience,
            widget=widget,
            origins=origin or [],
            limit=limit,
        )
    terminal.show(made, as_json=json_, human=lambda: made["key"])
    if not json_:
        terminal.note(f"key {made['id']}: {WIDGET_KEY if widget else SECRET_KEY}")


@keys.command("list")
def list_(json_: Json = False) -> None:
    """Every key, without its secret."""
    with open_session(load(), "keys list") as session:
        listed = session.call(operations.keys_list)
    terminal.show(listed, as_json=json_, human=lambda: listings.keys_text(listed, style()))


@keys.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="A key's id.")],
    json_: Json = False,
) -> None:
    """Stop accepting a key."""
    with open_session(load(), "keys revoke") as session:
        done = session.call(operations.keys_revoke, key_id=key_id)
    terminal.show(done, as_json=json_, human=lambda: f"revoked: {key_id}")
