"""The story that `story.py` plays: acts on one portal and one database, each in a module named by what it tells.

An act names those that it builds on (`after`), so that it can also be played alone, behind these.
"""

from story.address_change import AddressChange
from story.announcement import Announcement
from story.api_tokens import ApiTokens
from story.audit_log import AuditLog
from story.contract import Contract
from story.directory import Directory
from story.guessing import Guessing
from story.joining import Joining
from story.log import Log
from story.many_at_once import ManyAtOnce
from story.newcomers import Newcomers
from story.passwords import Passwords
from story.profile import Profile
from story.refresh_tokens import RefreshTokens
from story.relay_trouble import RelayTrouble
from story.second_factors import SecondFactors
from story.sessions import Sessions
from story.suspension import Suspension
from story.tokens_run_out import TokensRunOut
from story.tokens_taken import TokensTaken
from story.wrong_input import WrongInput

# In this order; `Log` comes last, whatever was played before.
ACTS = [
    Contract,
    Joining,
    Directory,
    Announcement,
    Passwords,
    RefreshTokens,
    Profile,
    Newcomers,
    SecondFactors,
    Guessing,
    Sessions,
    ApiTokens,
    Suspension,
    AddressChange,
    AuditLog,
    RelayTrouble,
    TokensTaken,
    WrongInput,
    ManyAtOnce,
    TokensRunOut,
    Log,
]
# They wait for the end of tokens that live a minute.
SLOW = [TokensTaken, TokensRunOut]


def name(act):
    """The module of an act, by which it is asked for."""
    return act.__module__.rpartition(".")[2]


def chosen(names, quick):
    """The acts to play, in order: those with these names and what they build on, or all."""
    by_name = {name(act): act for act in ACTS}
    wanted = set()

    def add(act):
        wanted.add(act)
        for earlier in act.after:
            add(earlier)

    for each in names:
        add(by_name[each])
    if not names:
        wanted = set(ACTS) - set(SLOW if quick else ())
    return [act for act in ACTS if act in wanted | {Log}]
