from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.history.making import ALICE, BOB, Clock, saved, shelved
from unmask.history.errors import ReportUnknown, TokenError
from unmask.history.identifiers import ReportIds, hashed, is_secret, new_secret, new_token
from unmask.history.store import History
from unmask.history.tables import Base
from unmask.history.tokens import create_token, list_tokens, revoke_token, visitor_of_token


class TestTokens:
    def test_a_token_is_told_from_any_other(self, history: History, clock: Clock) -> None:
        token = create_token(history, "newsroom")
        visitor = visitor_of_token(history, token)
        assert visitor is not None
        assert visitor_of_token(history, create_token(history, "other")) not in (None, visitor)
        for wrong in (
            new_token(),
            token[:-1],
            token + "x",
            "",
            "unmask_",
            "\x00",
            visitor,
            hashed(token),
        ):
            assert visitor_of_token(history, wrong) is None
        first = list_tokens(history)[0]
        assert (first.name, first.used, first.revoked) == ("newsroom", clock().date(), None)

    def test_only_its_hash_is_stored(self, history: History, tmp_path: Path) -> None:
        token = create_token(history, "newsroom")
        visitor_of_token(history, token)
        with history.database.reading() as connection:
            for table in Base.metadata.tables.values():
                assert token not in str(connection.execute(table.select()).all())
        history.close()
        for path in tmp_path.rglob("history.db*"):
            assert token.encode() not in path.read_bytes()

    def test_a_revoked_one_is_valid_no_more(self, history: History) -> None:
        token = create_token(history, "newsroom")
        visitor = visitor_of_token(history, token)
        assert visitor is not None
        entry = saved(history, visitor)
        assert revoke_token(history, "newsroom") == 0
        assert visitor_of_token(history, token) is None
        assert list_tokens(history)[0].revoked is not None
        renewed = create_token(history, "newsroom")
        assert renewed != token
        assert visitor_of_token(history, renewed) == visitor
        assert history.facts(visitor, entry).id == entry
        assert revoke_token(history, "newsroom", delete_history=True) == 1
        with pytest.raises(ReportUnknown):
            history.facts(visitor, entry)

    def test_names_are_told_apart(self, history: History) -> None:
        create_token(history, "newsroom")
        with pytest.raises(TokenError, match="there is a token `newsroom`"):
            create_token(history, "newsroom")
        with pytest.raises(TokenError, match="no token `newsrom`"):
            revoke_token(history, "newsrom")
        for name in ("", " ", "x" * 101, "a\nb", "a\0b"):
            with pytest.raises(TokenError, match="needs a name"):
                create_token(history, name)

    def test_its_visitor_is_not_forgotten(self, history: History, clock: Clock) -> None:
        token = create_token(history, "newsroom")
        visitor = visitor_of_token(history, token)
        assert visitor is not None
        shelved(history, visitor)
        clock.forward(minutes=20)
        assert history.purge() == 1
        assert visitor_of_token(history, token) == visitor


def test_report_ids_tell_their_own_from_others() -> None:
    moment = datetime(2026, 2, 1, 12, 0, 30, 999_999, tzinfo=UTC)
    ids, others = ReportIds(b"k" * 32), ReportIds(b"K" * 32)
    one = ids.new(ALICE, moment)
    assert ids.checked(one, ALICE) == moment.replace(microsecond=0)
    assert ids.checked(one, BOB) is None
    assert others.checked(one, ALICE) is None
    for position in range(40):
        other = "A" if one[position] != "A" else "B"
        assert ids.checked(one[:position] + other + one[position + 1 :], ALICE) is None
    assert is_secret(new_secret()) and new_secret() != new_secret()
    assert not is_secret("a") and not is_secret("ä" * 43)
