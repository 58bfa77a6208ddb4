"""`audit verify`: whether the log is as it was sealed."""

from flask import current_app

from lms.clock import CITY_TIME
from lms.commands.lines import Room
from lms.commands.speech import say, told
from lms.errors import Conflict

audit = Room("audit", help=told("审计：核验日志。") + "\n\nThe audit log.")


@audit.command(
    "verify",
    short_help=told("核验审计日志的封存。") + " Check the seals of the log.",
    help=told(
        "逐块核验审计日志的封存，说明封存到哪一刻、还有几条未封存。"
        "有一块与封存时不符，就指出第一块，退出码为 1。"
    )
    + "\n\nRecomputes the seal of every block of the audit log; names the first one that does "
    "not hold and exits with 1.",
)
def verify() -> None:
    from lms.audit import services

    secret = current_app.extensions["settings"].secrets.get("digest")
    if not secret:
        raise Conflict("没有密钥（var/secrets.json 中的 digest），无法核验。")
    verdict = services.verify(secret)
    reaches = verdict.reaches.astimezone(CITY_TIME) if verdict.reaches else None
    until = f"{reaches:%Y-%m-%d %H:%M:%S}" if reaches else "—"
    if verdict.broken is not None:
        raise Conflict(
            "第 {block} 块与封存时不符，日志被改动过；此前 {rows} 条完好，封存到 {until}。",
            block=verdict.broken,
            rows=verdict.rows,
            until=until,
        )
    say(
        told(
            "审计日志完好：{blocks} 块、{rows} 条，封存到 {until}；尚未封存 {unsealed} 条。",
            blocks=verdict.blocks,
            rows=f"{verdict.rows:,}",
            until=until,
            unsealed=verdict.unsealed,
        )
    )


COMMANDS = (audit,)
