//! Decisions about the state that a passkey reports at login (WebAuthn Level 3, 6.1.1, 6.1.3 and 7.2), and about the page
//! that asked for the passkey (5.8.1).
//!
//! The backup eligibility of a passkey should never change, but does: authenticators learned to report it, and programs
//! that open the same vault report it differently. The standard asks for a check where a decision depends on it; here
//! none does, so each change is accepted and the owner is notified. A passkey that is backed up without being eligible
//! is refused, as the standard demands.
//!
//! A signature counter reveals a copy only of a passkey that exists once. So it is checked if the passkey was not
//! eligible for backup before and is not now, and once it has begun to count (zero stays allowed for ever). A passkey
//! that exists in several places has several counters, or none: its stored counter stays at zero and means nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::types::Suspicion;

/// Offset of the flags in authenticator data, after the hash of the relying party's id (6.1).
const FLAGS: usize = 32;
/// The flag BE.
const ELIGIBLE: u8 = 0x08;
/// The flag BS.
const BACKED_UP: u8 = 0x10;

/// The state of a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// It can be backed up or shared between devices (BE).
    pub(super) backup_eligible: bool,
    /// It is backed up (BS).
    pub(super) backed_up: bool,
    /// Number of uses, in steps that the authenticator chooses; 0 if it does not count.
    pub(super) counter: u32,
}

impl State {
    /// The state in authenticator data whose signature is not verified yet; none if the data are too short.
    pub(super) fn said(data: &[u8]) -> Option<Self> {
        let flags = data.get(FLAGS)?;
        let counter: [u8; 4] = data.get(FLAGS + 1..FLAGS + 5)?.try_into().ok()?;
        Some(Self {
            backup_eligible: flags & ELIGIBLE != 0,
            backed_up: flags & BACKED_UP != 0,
            counter: u32::from_be_bytes(counter),
        })
    }
}

/// What the browser says of the page that asked for a passkey.
#[derive(Deserialize)]
struct Asking {
    #[serde(default, rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(default, rename = "topOrigin")]
    top_origin: Option<Value>,
}

/// Whether the page that asked for a passkey was in no frame of another site, by the data that the browser collected. No
/// page of the portal is in one. The library asks this of a new passkey alone.
pub(super) fn is_in_no_frame(client_data: &[u8]) -> bool {
    let asking = serde_json::from_slice::<Asking>(client_data);
    asking.is_ok_and(|page| !page.cross_origin.unwrap_or_default() && page.top_origin.is_none())
}

/// The decision about a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// The login is accepted.
    Accepted {
        /// The state to store.
        kept: State,
        /// Whether its owner is notified of a change.
        is_told: bool,
    },
    /// The login is refused, and the passkey is suspended for this reason.
    Refused(Suspicion),
}

/// Decides a login by a passkey that had the state `before`, reports `said`, and may be `suspended` already. The
/// signature was verified before.
pub(super) fn judge(before: State, said: State, suspended: Option<Suspicion>) -> Judgement {
    let is_shared = before.backup_eligible || said.backup_eligible;
    let fell_back = before.counter > 0 && said.counter <= before.counter;
    if suspended == Some(Suspicion::CounterWentBack) {
        return Judgement::Refused(Suspicion::CounterWentBack);
    }
    if said.backed_up && !said.backup_eligible {
        return Judgement::Refused(Suspicion::BackupImpossible);
    }
    if fell_back && !is_shared {
        return Judgement::Refused(Suspicion::CounterWentBack);
    }
    let counter = if said.backup_eligible { 0 } else { said.counter };
    let is_told = fell_back || before.backup_eligible != said.backup_eligible || before.backed_up != said.backed_up;
    Judgement::Accepted { kept: State { counter, ..said }, is_told }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(backup_eligible: bool, backed_up: bool, counter: u32) -> State {
        State { backup_eligible, backed_up, counter }
    }

    fn accepted(before: State, said: State) -> Option<(State, bool)> {
        match judge(before, said, None) {
            Judgement::Accepted { kept, is_told } => Some((kept, is_told)),
            Judgement::Refused(_) => None,
        }
    }

    #[test]
    fn the_state_stands_behind_the_hash_of_the_site() {
        let mut data = [0_u8; 37];
        data[32] = 0x05 | 0x08 | 0x10;
        data[33..].copy_from_slice(&258_u32.to_be_bytes());
        assert_eq!(State::said(&data), Some(state(true, true, 258)));
        data[32] = 0x05;
        assert_eq!(State::said(&data), Some(state(false, false, 258)));
        assert_eq!(State::said(&data[..36]), None);
    }

    #[test]
    fn no_page_in_a_frame_of_another_site_asks_for_a_passkey() {
        for own in [r#"{"type": "webauthn.get"}"#, r#"{"crossOrigin": false}"#, r#"{"crossOrigin": null}"#] {
            assert!(is_in_no_frame(own.as_bytes()), "{own}");
        }
        for framed in [
            r#"{"crossOrigin": true}"#,
            r#"{"crossOrigin": false, "crossOrigin": true}"#,
            r#"{"crossOrigin": "false"}"#,
            r#"{"crossOrigin": false, "topOrigin": "https://evil.example"}"#,
            "",
        ] {
            assert!(!is_in_no_frame(framed.as_bytes()), "{framed}");
        }
    }

    #[test]
    fn backups_may_come_and_go_and_are_told() {
        let bound = state(false, false, 7);
        for said in [state(true, true, 0), state(true, false, 7), state(true, true, 3), state(true, true, 8)] {
            assert_eq!(accepted(bound, said), Some((State { counter: 0, ..said }, true)), "{said:?}");
        }
        assert_eq!(accepted(state(true, true, 0), state(false, false, 0)), Some((state(false, false, 0), true)));
        assert_eq!(accepted(state(true, true, 9), state(false, false, 4)), Some((state(false, false, 4), true)));
        assert_eq!(accepted(state(true, false, 0), state(true, true, 0)), Some((state(true, true, 0), true)));
    }

    #[test]
    fn what_only_counts_on_is_not_told() {
        assert_eq!(accepted(state(false, false, 0), state(false, false, 0)), Some((state(false, false, 0), false)));
        assert_eq!(accepted(state(false, false, 0), state(false, false, 1)), Some((state(false, false, 1), false)));
        assert_eq!(accepted(state(false, false, 7), state(false, false, 90)), Some((state(false, false, 90), false)));
        for counter in [0, 1, 5] {
            let said = state(true, true, counter);
            assert_eq!(accepted(state(true, true, 0), said), Some((state(true, true, 0), false)), "{counter}");
        }
        // The counter was stored before counters of shared passkeys were ignored: one notification.
        assert_eq!(accepted(state(true, true, 5), state(true, true, 5)), Some((state(true, true, 0), true)));
    }

    #[test]
    fn a_copy_of_what_has_none_is_suspected() {
        let bound = state(false, false, 7);
        for counter in [0, 6, 7] {
            let judged = judge(bound, state(false, false, counter), None);
            assert_eq!(judged, Judgement::Refused(Suspicion::CounterWentBack), "{counter}");
        }
        let judged = judge(bound, state(true, true, 8), Some(Suspicion::CounterWentBack));
        assert_eq!(judged, Judgement::Refused(Suspicion::CounterWentBack), "its owner settles it");
    }

    #[test]
    fn what_can_not_be_is_refused_until_it_can() {
        let impossible = Judgement::Refused(Suspicion::BackupImpossible);
        assert_eq!(judge(state(true, true, 0), state(false, true, 0), None), impossible);
        let suspended = Some(Suspicion::BackupImpossible);
        assert_eq!(judge(state(false, false, 1), state(false, true, 2), suspended), impossible);
        let again = judge(state(false, false, 1), state(false, false, 2), suspended);
        assert_eq!(again, Judgement::Accepted { kept: state(false, false, 2), is_told: false });
    }
}
