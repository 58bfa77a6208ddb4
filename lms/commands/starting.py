"""From an empty folder to a house that can be served; the second time there is nothing to do."""

from dataclasses import replace

from lms.clock import CITY_TIME, system_clock
from lms.commands import database
from lms.commands.database import Found, State
from lms.commands.first_run import (
    CITY,
    DEMONSTRATION,
    Accounts,
    Maker,
    accounts_file,
    first_run,
    opened,
    read_accounts,
    upgrade,
)
from lms.commands.speech import say, told
from lms.errors import Conflict
from lms.keys import make_keys, weak_keys
from lms.settings import HOME, Settings
from lms.words import N_


def make_ready(make_app: Maker, real: bool) -> tuple[Settings, Accounts]:
    """Do whatever is missing; gives the settings to serve with and the accounts to show.

    Refuses a database newer than the program, a demonstration that is to become a city or the
    reverse, weak keys in a city, and a database whose keys are gone.
    """
    wanted = CITY if real else DEMONSTRATION
    settings = Settings.from_env()
    with database.alone(settings):
        begin_again(settings, wanted)
        found = database.look(settings)
        refuse_other_kind(settings, found, wanted)
        keys = keys_for(settings, found, real)
        settings = replace(settings, secrets=keys, demonstration=not real)
        if found.state is State.EMPTY:
            begin(settings, wanted)
        build(make_app, settings)
        if found.state is State.EMPTY:
            return settings, first_run(make_app, settings, wanted)
        if found.state is State.OLDER:
            bring_up(make_app, settings, found)
    return settings, read_accounts(settings)


def begin_again(settings: Settings, wanted: str) -> None:
    """Clear away what an interrupted first run left behind."""
    begun = database.unfinished(settings)
    if begun not in ("", wanted):
        raise Conflict("上一次{what}没有完成，请重新运行一次。", what=told(BEGUN[begun]))
    if begun:
        say(told("上一次准备没有完成，重新开始。"))
        database.wipe(settings)


BEGUN = {
    "restore": N_("恢复（restore）"),
    DEMONSTRATION: N_("演示的准备（make run）"),
    CITY: N_("正式系统的准备（make serve）"),
}


def refuse_other_kind(settings: Settings, found: Found, wanted: str) -> None:
    if found.state is State.NEWER:
        raise Conflict(
            "数据库（{revision}）比程序新，不能启动。请先更新程序，或恢复较早的备份。",
            revision=found.revision,
        )
    if found.state is State.FOREIGN:
        raise Conflict("数据库里已有别的表，不能使用。请换一个空的数据库。")
    kind = found.kind or (DEMONSTRATION if accounts_file(settings).exists() else "")
    if kind == DEMONSTRATION and wanted == CITY:
        raise Conflict(
            "这里是演示（{var}），演示不能变成正式系统。请用 LMS_VAR 指定另一个文件夹，"
            "例如 LMS_VAR=/srv/lms make serve；用 PostgreSQL 的，还要换一个空的数据库。",
            var=settings.var,
        )
    if kind == CITY and wanted == DEMONSTRATION:
        raise Conflict(
            "这里是正式系统（{var}），不能当作演示运行。正式系统用 make serve 启动；"
            "要看演示，请用 LMS_VAR 指定另一个文件夹。",
            var=settings.var,
        )


def keys_for(settings: Settings, found: Found, real: bool) -> dict[str, str]:
    """The keys of this house, made where the house is new; refused where they are not its own."""
    file = settings.var / "secrets.json"
    if found.state is not State.EMPTY and not file.exists():
        raise Conflict(
            "数据库在，密钥却不在：没有 {file}，已加密的内容无法读出。请把原来的文件放回去。",
            file=file,
        )
    keys = make_keys(settings.var)
    own = database.fingerprints(keys)
    if wrong := [name for name, mark in found.keys.items() if own.get(name) != mark]:
        raise Conflict(
            "{file} 里的密钥（{names}）不是这个数据库的。请把原来的文件放回去。",
            file=file,
            names="、".join(wrong),
        )
    if real and (weak := weak_keys(keys)):
        raise Conflict(
            "密钥太弱或缺少：{names}（在 {file}）。正式使用的密钥至少 24 个字符，应随机生成；"
            "系统还没有数据时，删去该文件即可重新生成。",
            names="、".join(weak),
            file=file,
        )
    return keys


FIRST = {
    DEMONSTRATION: N_("第一次运行，正在准备演示城市……"),
    CITY: N_("第一次运行，正在准备，请稍候……"),
}


def begin(settings: Settings, wanted: str) -> None:
    """The first word, in either language: after it the pages alone take ten seconds."""
    from lms.web import translations

    translations.write(settings.var / "translations")
    say(told(FIRST[wanted]))


def build(make_app: Maker, settings: Settings) -> None:
    """Static files, translations and pages, where a source changed."""
    from lms.web import built, compiled, translations

    built.write(HOME / "static", settings.var / "static")
    translations.write(settings.var / "translations")
    compiled.write(lambda: make_app(settings), settings.var / "templates")


def bring_up(make_app: Maker, settings: Settings, found: Found) -> None:
    """After a pull: keep a copy, then bring the tables up; a step that fails changes nothing."""
    from lms.commands.backup import backup

    moment = system_clock().astimezone(CITY_TIME)
    name = f"{moment:%Y%m%d-%H%M%S}-before-{database.revisions()[-1]}.zip"
    copy = settings.var / "backups" / name
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    backup(settings, copy)
    say(told("数据库需要更新；更新前的备份在 {file}", file=copy))
    with opened(make_app(settings)) as app:
        upgrade(app)
    say(told("数据库已更新到 {revision}", revision=database.revisions()[-1]))
