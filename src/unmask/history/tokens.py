"""Bearer tokens: made, listed, revoked, and told from wrong ones."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from unmask.history.errors import StorageUnavailable, TokenError
from unmask.history.identifiers import hashed, new_token
from unmask.history.store import History
from unmask.history.tables import Token, Visitor

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TokenFacts:
    """What is known of a token; not the token."""

    name: str
    created: datetime
    used: date | None
    """The day of its last use."""
    revoked: datetime | None


def create_token(history: History, name: str) -> str:
    """Make a token. Its history belongs to its name: made anew after it was revoked, it goes on.

    Returns:
        The token, which is stored nowhere and cannot be shown again.

    Raises:
        TokenError: the name is not usable, or a token of that name is valid.
    """
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise TokenError("a token needs a name of 1 to 100 letters; say what it is for")
    token, moment = new_token(), history.clock()
    with history.database.writing() as connection:
        found = connection.execute(
            select(Token.revoked).where(Token.name == name).with_for_update()
        ).one_or_none()
        if found is not None and found.revoked is None:
            raise TokenError(
                f"there is a token `{name}`; choose another name, or revoke that one first"
            )
        fresh = {"secret_hash": hashed(token), "created": moment, "used": None, "revoked": None}
        if found is None:
            # As unguessable as a token itself, since it stands where a cookie's hash does.
            visitor = hashed(new_token())
            connection.execute(insert(Visitor).values(id=visitor, created=moment))
            connection.execute(insert(Token).values(name=name, visitor_id=visitor, **fresh))
        else:
            connection.execute(update(Token).where(Token.name == name).values(**fresh))
    return token


def list_tokens(history: History) -> list[TokenFacts]:
    """All tokens, by name."""
    columns = (Token.name, Token.created, Token.used, Token.revoked)
    with history.database.reading() as connection:
        rows = connection.execute(select(*columns).order_by(Token.name))
        return [TokenFacts(**row._mapping) for row in rows]


def revoke_token(history: History, name: str, *, delete_history: bool = False) -> int:
    """Let a token be valid no more.

    Args:
        history: where it is.
        name: its name.
        delete_history: whether what was saved with it goes, too.

    Returns:
        How many entries went.

    Raises:
        TokenError: there is none of that name.
    """
    with history.database.writing() as connection:
        own = Token.name == name
        visitor = connection.scalar(select(Token.visitor_id).where(own))
        if visitor is None:
            raise TokenError(f"there is no token `{name}`; `unmask token list` lists them")
        moment = history.clock()
        connection.execute(update(Token).where(own, Token.revoked.is_(None)).values(revoked=moment))
    return history.delete_all(visitor) if delete_history else 0


def visitor_of_token(history: History, token: str) -> str | None:
    """Id of the visitor whose token it is; None where it is not valid."""
    # Looked up by its hash: how long that takes says nothing of the token, since nobody can choose
    # what a guess's hash begins with. So there is nothing to compare in constant time.
    own = Token.secret_hash == hashed(token)
    with history.database.reading() as connection:
        found = connection.execute(
            select(Token.visitor_id, Token.used).where(own, Token.revoked.is_(None))
        ).one_or_none()
    if found is None:
        return None
    today = history.clock().date()
    if found.used != today:
        try:
            with history.database.writing() as connection:
                connection.execute(update(Token).where(own).values(used=today))
        except StorageUnavailable as error:  # the disk is full, say: the token is as good as ever
            logger.error("the use of a token cannot be noted: %s", error)
    return str(found.visitor_id)
