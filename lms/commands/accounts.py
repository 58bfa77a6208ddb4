"""`accounts reissue`: a way back in for an administrator whom no other can help."""

import click
from flask import current_app

from lms.commands.lines import Room
from lms.commands.speech import say, told

accounts = Room("accounts", help=told("账号：给忘记密码、又没有别人能帮忙的管理员重发登录码。"))


@accounts.command(
    "reissue",
    help=told(
        "给短号为 NUMBER 的人重发一次性登录码，显示一次。用它在登录页重新设置密码或 PIN 码；"
        "原来的凭条作废，操作记入审计日志。平时请用页面上的“重发”。"
    )
    + "\n\nGives the person with this short number a new one-time code, shown once, to choose a "
    "new password or PIN with; the old slip is dead, and the log says so.",
)
@click.argument("number")
def reissue(number: str) -> None:
    from lms.accounts.issuing import reissue_at_the_machine
    from lms.accounts.rules import shown_code

    now, house = current_app.extensions["clock"](), current_app.extensions["settings"]
    new = reissue_at_the_machine(number, now, house)
    say(
        told(
            "{name}（{unit}，短号 {number}）的新凭条码，只显示这一次：{code}",
            name=new.person.name,
            unit=new.unit,
            number=new.person.short_number,
            code=shown_code(new.code),
        )
    )


COMMANDS = (accounts,)
