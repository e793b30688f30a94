"""登录账号 made on the server: `huying account add` and `huying account reset`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.passwords import PasswordRule
from adapters.identity.refusals import LoginTaken, SignInRefused
from domain.directory.identity import organization_stream, person_stream
from domain.directory.kinds import Management, OrganizationKind
from domain.directory.organization_commands import EstablishOrganization
from domain.directory.person_commands import AppointPerson, RegisterPerson
from domain.shared.commands import Ask, Command
from domain.shared.posts import Post
from infra.accounts import make_credentials, new_password, open_account, refuse_unless_login
from infra.actors import system_actor
from infra.clock import now
from infra.composition import House
from infra.identity import make_identity
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

_PASSWORD = "first-Password-1"
_BEGINNING = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """A house with one platform office, its administrator and one person without a post."""
    with House.open(Settings(folder=tmp_path, node="t1"), now, dsn=database) as opened:
        platform = organization_stream("t1", "pingtai")
        for command in (
            EstablishOrganization(
                code="pingtai",
                name="呼应平台办公室",
                kind=OrganizationKind.PLATFORM,
                management=Management.COUNTY,
                effective_at=_BEGINNING,
            ),
            RegisterPerson(code="pt-02", name="管理员甲"),
            RegisterPerson(code="pt-09", name="无岗人员"),
            AppointPerson(
                person=person_stream("t1", "pt-02"),
                post=Post.ADMINISTRATOR,
                organization=platform,
                starts_at=_BEGINNING,
            ),
        ):
            _ask(opened, command)
        opened.catch_up()
        yield opened


def test_the_first_administrator_signs_in_with_the_login_made_on_the_server(house: House) -> None:
    opened = open_account(house, "pt-02", "Guanli", _PASSWORD)

    assert opened.login == "guanli"
    assert opened.posts == ("呼应平台办公室 · 系统管理员",)
    identity = make_identity(house, now)
    signed_in = identity.session(identity.sign_in("guanli", _PASSWORD, client="192.0.2.1"))
    assert signed_in is not None
    assert signed_in.must_change
    assert signed_in.viewer is not None
    assert signed_in.viewer.post is Post.ADMINISTRATOR


def test_a_reset_password_replaces_the_old_one_and_ends_every_session(house: House) -> None:
    open_account(house, "pt-02", "guanli", _PASSWORD)
    identity = make_identity(house, now)
    before = identity.sign_in("guanli", _PASSWORD, client="192.0.2.1")

    identity.reset_password(person_stream("t1", "pt-02"), "second-Password-2")

    assert identity.session(before) is None
    with pytest.raises(SignInRefused):
        identity.sign_in("guanli", _PASSWORD, client="192.0.2.1")
    assert identity.sign_in("guanli", "second-Password-2", client="192.0.2.1")


def test_a_second_account_of_one_person_is_refused_and_points_to_the_reset(house: House) -> None:
    open_account(house, "pt-02", "guanli", _PASSWORD)

    with pytest.raises(ServiceUnavailable, match=r"登录名 guanli.*huying account reset pt-02"):
        open_account(house, "pt-02", "guanli2", _PASSWORD)


def test_one_login_serves_one_person(house: House) -> None:
    open_account(house, "pt-02", "guanli", _PASSWORD)

    with pytest.raises(LoginTaken):
        open_account(house, "pt-09", "GUANLI", _PASSWORD)


def test_nobody_outside_the_directory_gets_a_login(house: House) -> None:
    with pytest.raises(ServiceUnavailable, match="名录中没有人员编号 pt-99"):
        open_account(house, "pt-99", "somebody", _PASSWORD)


def test_a_person_without_a_post_gets_an_account_that_names_no_post(house: House) -> None:
    opened = open_account(house, "pt-09", "wugang", _PASSWORD)

    assert opened.posts == ()
    assert make_credentials(house).of(person_stream("t1", "pt-09")).must_change


@pytest.mark.parametrize("login", ["", " ", "-", "a", "a b", "甲" * 41])
def test_a_malformed_login_is_refused(login: str) -> None:
    with pytest.raises(ServiceUnavailable, match="登录名"):
        refuse_unless_login(login)


@given(st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{1,39}", fullmatch=True))
def test_a_generated_password_always_meets_the_rule(login: str) -> None:
    PasswordRule().check(new_password(login), login)


def _ask(house: House, command: Command) -> None:
    house.bus.execute(command, Ask(uuid4(), system_actor("t1")))
