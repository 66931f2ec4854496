//! What a row means, what becomes of it, and whether a plan still holds.

use std::collections::{BTreeMap, HashMap};

use super::sheet::{Column, Row};
use super::types::{Action, Commit, Judged, Plan, Read, StoredPlan, StoredRow};
use crate::appointments::Role;
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::life_cycle::invitations::{self, Invite, Verdict};
use crate::mail::EmailAddress;
use crate::members::Names;
use crate::text;
use crate::time::{Day, Timestamp};

/// Most faults that are told at once.
const MAX_FAULTS: usize = 100;

/// Columns without which nobody can be invited.
const NEEDED: [Column; 4] = [Column::Email, Column::Name, Column::Organisation, Column::Role];

/// What roles are called, folded.
const ROLES: &[(Role, &[&str])] = &[
    (
        Role::Ncp,
        &["ncp", "national contact point", "contact point", "pcn", "point de contact national", "point de contact"],
    ),
    (Role::Coordinator, &["coordinator", "coordonnateur", "coordonnatrice", "coordinateur", "coordinatrice"]),
    (Role::Contributor, &["contributor", "contributeur", "contributrice"]),
    (Role::Partner, &["partner", "partenaire"]),
    (Role::Auditor, &["auditor", "auditeur", "auditrice"]),
    (Role::Secretariat, &["secretariat"]),
];

/// What languages are called, folded, beside their codes.
const LANGUAGES: &[(Language, &[&str])] = &[
    (Language::En, &["en", "english", "anglais"]),
    (Language::Fr, &["fr", "french", "francais"]),
    (Language::Es, &["es", "spanish", "espagnol", "espanol"]),
    (Language::Ar, &["ar", "arabic", "arabe"]),
    (Language::Ru, &["ru", "russian", "russe"]),
    (Language::Pt, &["pt", "portuguese", "portugais", "portugues"]),
];

/// The value that one of its names stands for.
fn meant<T: Copy>(known: &[(T, &[&str])], text: &str) -> Option<T> {
    let folded = text::fold(text);
    known.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(value, _)| *value)
}

fn role(text: &str) -> Result<Role, Fault> {
    meant(ROLES, text).ok_or_else(|| text::unknown_value(text, Role::INVITED_TO.iter().map(|role| role.as_str())))
}

fn language(text: &str) -> Result<Language, Fault> {
    meant(LANGUAGES, text).ok_or_else(|| text::unknown_value(text, Language::ALL.iter().map(|known| known.as_str())))
}

/// The codes of a cell of several languages; a language may also be called by its name where we write in it.
fn languages(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || ",;/".contains(c)).filter(|word| !word.is_empty());
    words.map(|word| meant(LANGUAGES, word).map_or_else(|| word.to_owned(), |known| known.to_string())).collect()
}

/// The end of a mandate's last day.
fn end_of_day(text: &str) -> Result<Timestamp, Fault> {
    // After the last day of the calendar there is no instant that a database stores.
    let end = Day::parse(text).map(Day::end).filter(|end| *end < Timestamp::from_micros(i64::MAX));
    end.ok_or_else(|| Fault::new("", "bad_date"))
}

/// Reads a row as the form of an invitation, and names everything that is wrong with it.
pub(super) fn read(row: &Row, names: &Names, community: &str, now: Timestamp) -> Read {
    let cell = |column| row.cells.get(&column).map(String::as_str);
    let owned = |column| row.cells.get(&column).cloned();
    let mut faults = Faults::new();
    for column in NEEDED.into_iter().filter(|column| cell(*column).is_none()) {
        faults.add(Fault::new(pointer(column), "missing"));
    }
    let role = faults.take_optional(&pointer(Column::Role), cell(Column::Role), role);
    let language = faults.take_optional(&pointer(Column::Language), cell(Column::Language), language);
    let valid_to = faults.take_optional(&pointer(Column::ValidTo), cell(Column::ValidTo), end_of_day);
    let organisation = faults.take_optional(&pointer(Column::Organisation), cell(Column::Organisation), |text| {
        let unknown = || Fault::new("", "unknown_organisation").with("value", text::shown(text));
        names.called(text).map(str::to_owned).ok_or_else(unknown)
    });
    let form = Invite {
        email: owned(Column::Email).unwrap_or_default(),
        name: owned(Column::Name).unwrap_or_default(),
        organisation: organisation.clone().unwrap_or_default(),
        role: role.unwrap_or(Role::Ncp),
        job_title: owned(Column::JobTitle),
        phone: owned(Column::Phone),
        languages: cell(Column::Languages).map(languages),
        language,
        valid_to,
        replaces: None,
        nominating_official: owned(Column::Official),
        nomination_reference: owned(Column::Reference),
        nomination_date: None,
    };
    let form = match (faults.finish(), invitations::parse(&form, community, now)) {
        (Ok(()), Ok(invitee)) => Ok((form, invitee)),
        (own, parsed) => Err(gathered(row.number, own.err().into_iter().chain(parsed.err()))),
    };
    let organisation = organisation.or_else(|| owned(Column::Organisation));
    Read { row: row.number, email: owned(Column::Email), name: owned(Column::Name), organisation, role, form }
}

fn pointer(column: Column) -> String {
    format!("/{column}")
}

/// The faults of several refusals as those of a row, one a column: the first says best what is wrong.
fn gathered(row: u32, refusals: impl Iterator<Item = Error>) -> Vec<Fault> {
    let mut found: BTreeMap<String, Fault> = BTreeMap::new();
    for fault in refusals.flat_map(|refusal| faults_of(row, refusal)) {
        found.entry(fault.pointer.clone()).or_insert(fault);
    }
    found.into_values().collect()
}

/// What a refusal says, as faults of a row; what the form calls otherwise by the name of its column.
fn faults_of(row: u32, refusal: Error) -> Vec<Fault> {
    let Error::Refused(refusal) = refusal else { return Vec::new() };
    if refusal.errors.is_empty() {
        return vec![Fault { pointer: format!("/rows/{row}"), code: refusal.code, args: refusal.args }];
    }
    let named = |fault: Fault| {
        let column = match fault.pointer.as_str() {
            "/nominating_official" => pointer(Column::Official),
            "/nomination_reference" => pointer(Column::Reference),
            other => other.to_owned(),
        };
        Fault { pointer: format!("/rows/{row}{column}"), ..fault }
    };
    refusal.errors.into_iter().map(named).collect()
}

/// Refuses a row that would invite the same address to the same place as a row before: which of the two is right, a
/// person must say.
pub(super) fn refuse_twins(rows: &mut [Read]) {
    let mut first = HashMap::new();
    for read in rows {
        let Some(invitee) = read.invitee() else { continue };
        let seat = (invitee.email.key(), invitee.organisation.clone(), invitee.role);
        let before = *first.entry(seat).or_insert(read.row);
        if before != read.row {
            let fault = Fault::new(format!("/rows/{}/email", read.row), "twice_in_sheet").with("row", before);
            read.form = Err(vec![fault]);
        }
    }
}

/// What becomes of every row. The judgements are those of the good forms, in their order.
///
/// # Errors
/// Where a judgement failed.
pub(super) fn judged(rows: Vec<Read>, judgements: Vec<Result<Verdict, Error>>) -> Result<Vec<Judged>, Error> {
    let mut judgements = judgements.into_iter();
    let judge = |read: Read| {
        if let Err(faults) = &read.form {
            let faults = faults.clone();
            return Ok(Judged { read, action: Action::Error, faults, verdict: None });
        }
        match judgements.next() {
            Some(Ok(verdict)) => {
                Ok(Judged { read, action: Action::Invite, faults: Vec::new(), verdict: Some(verdict) })
            }
            Some(Err(refusal @ Error::Refused(_))) => {
                let faults = faults_of(read.row, refusal);
                Ok(Judged { action: action(&faults), read, faults, verdict: None })
            }
            Some(Err(error)) => Err(error),
            None => Err(Error::internal("a row was not judged")),
        }
    };
    rows.into_iter().map(judge).collect()
}

/// What is wished for may be there already; everything else is an error.
fn action(faults: &[Fault]) -> Action {
    let done = |fault: &Fault| ["already_invited", "already_appointed"].contains(&fault.code);
    if faults.iter().all(done) { Action::Skip } else { Action::Error }
}

/// Refuses a plan that was carried out, or whose hour is over.
///
/// # Errors
/// 410.
pub(super) fn check_open(plan: &StoredPlan, now: Timestamp) -> Result<(), Error> {
    if plan.committed_at.is_some() {
        Err(Error::gone("plan_committed"))
    } else if plan.expires_at <= now {
        Err(Error::gone("plan_expired"))
    } else {
        Ok(())
    }
}

/// Refuses a plan with rows in error, unless these are to be skipped.
///
/// # Errors
/// 422 that names them.
pub(super) fn check_errors(plan: &StoredPlan, wish: Commit) -> Result<(), Error> {
    let in_error = plan.rows.0.iter().filter(|row| row.action == Action::Error && !wish.skip_errors);
    let faults: Vec<Fault> = in_error.map(|row| Fault::new(format!("/rows/{}", row.row), "row_in_error")).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(cut(faults))) }
}

/// Reads again whom the plan invites.
///
/// # Errors
/// 409 where the time has made a form bad: a mandate that would have ended by now.
pub(super) fn read_again(plan: &StoredPlan, community: &str, now: Timestamp) -> Result<Plan, Error> {
    let (mut again, mut faults) = (Plan::default(), Vec::new());
    for (row, (form, verdict)) in plan.rows.0.iter().filter_map(|row| Some((row.row, row.invite.as_ref()?))) {
        match invitations::parse(form, community, now) {
            Ok(invitee) => {
                again.invitees.push(invitee);
                again.verdicts.push((row, *verdict));
            }
            Err(refusal) => faults.extend(faults_of(row, refusal)),
        }
    }
    if faults.is_empty() { Ok(again) } else { Err(outdated(faults)) }
}

/// Whether a plan would invite one of these addresses, as they are compared.
pub(super) fn names_one_of(rows: &[StoredRow], keys: &[String]) -> bool {
    let mut invites = rows.iter().filter_map(|row| row.invite.as_ref());
    invites.any(|(form, _)| EmailAddress::parse(&form.email).is_ok_and(|address| keys.contains(&address.key())))
}

/// Refuses a plan of which any row is judged otherwise by now.
///
/// # Errors
/// 409 that names the rows.
pub(super) fn check_same(plan: &Plan, judgements: Vec<Result<Verdict, Error>>) -> Result<(), Error> {
    let mut faults = Vec::new();
    for ((row, before), now) in plan.verdicts.iter().zip(judgements) {
        match now {
            Ok(now) if now == *before => {}
            Ok(_) => faults.push(Fault::new(format!("/rows/{row}"), "judged_otherwise")),
            Err(refusal @ Error::Refused(_)) => faults.extend(faults_of(*row, refusal)),
            Err(error) => return Err(error),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(outdated(faults)) }
}

fn outdated(faults: Vec<Fault>) -> Error {
    Error::conflict("plan_outdated").with_faults(cut(faults))
}

fn cut(mut faults: Vec<Fault>) -> Vec<Fault> {
    faults.truncate(MAX_FAULTS);
    faults
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn roles_and_languages_are_known_by_their_words() {
        for (text, meant) in [
            ("NCP", Some(Role::Ncp)),
            ("Point de contact national", Some(Role::Ncp)),
            ("Coordonnatrice", Some(Role::Coordinator)),
            ("Sécrétariat", Some(Role::Secretariat)),
            ("chef", None),
        ] {
            assert_eq!(role(text).ok(), meant, "{text}");
        }
        assert_eq!(language("Français"), Ok(Language::Fr));
        assert_eq!(language("ES"), Ok(Language::Es));
        assert_eq!(language("klingon").map_err(|fault| fault.code), Err("unknown_value"));
        assert_eq!(languages("fr, EN;es  Arabe,wo"), ["fr", "en", "es", "ar", "wo"]);
        let words: Vec<&str> = ROLES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(words.iter().all(|word| text::fold(word) == *word), "folded");
        for known in Role::ALL {
            assert_eq!(role(known.as_str()), Ok(*known), "by its own word");
        }
        for known in Language::ALL {
            assert_eq!(language(known.as_str()), Ok(*known), "by its code");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_row_says_it_is_a_form_or_has_faults(texts in prop::collection::vec(prop::option::of(".{0,20}"), 12)) {
            let cells = Column::ALL.iter().copied().zip(texts).filter_map(|(column, text)| Some((column, text?))).collect();
            let row = Row { number: 7, cells };
            if let Err(faults) = read(&row, &Names::default(), "", Timestamp::from_micros(0)).form {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| fault.pointer.starts_with("/rows/7/")));
                let places: BTreeSet<_> = faults.iter().map(|fault| &fault.pointer).collect();
                prop_assert_eq!(places.len(), faults.len());
            }
        }
    }

    #[test]
    fn a_mandate_ends_after_its_last_day() {
        assert_eq!(end_of_day("2027-06-30").map(|end| end.to_string()), Ok("2027-07-01T00:00:00Z".to_owned()));
        for bad in ["30/06/2027", "2027-02-30", "9999-12-31", "soon"] {
            assert_eq!(end_of_day(bad).map_err(|fault| fault.code), Err("bad_date"), "{bad}");
        }
    }
}
