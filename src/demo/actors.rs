//! The people of the demonstration, one for each role: some come out of what was played, the others are added here.

use super::surveys;
use crate::appointments::{self, NewAppointment, Role};
use crate::db::{Conn, Id};
use crate::directory::{self, Details, NewContact};
use crate::error::Error;
use crate::i18n::Language;
use crate::identity::{self, NewUser};
use crate::mail::EmailAddress;
use crate::members;
use crate::random::Random;
use crate::time::Timestamp;

/// The second person of the Secretariat, who approves announcements.
pub(super) const APPROVER: &str = "grace.okello@portal.example";
/// The name of that person.
pub(super) const APPROVER_NAME: &str = "Grace Okello";
/// The member of the story, whose coordinator is added.
const MEMBER: &str = "SN";

/// A person as whom one can be logged in.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    /// The part that the person plays, as in `demo-part-auditor`.
    pub(super) part: &'static str,
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) email: String,
}

/// A person to add.
struct Extra {
    part: &'static str,
    name: &'static str,
    email: &'static str,
    role: Role,
    member: &'static str,
    language: Language,
}

/// The people whom a story may not bring: a coordinator, somebody who approves, an auditor, and somebody of the partner
/// agency that the story adds.
const EXTRAS: [Extra; 4] = [
    Extra {
        part: "coordinator",
        name: "Moussa Fall",
        email: "moussa.fall@douanes.example",
        role: Role::Coordinator,
        member: MEMBER,
        language: Language::Fr,
    },
    Extra {
        part: "approver",
        name: APPROVER_NAME,
        email: APPROVER,
        role: Role::Secretariat,
        member: members::SECRETARIAT_CODE,
        language: Language::En,
    },
    Extra {
        part: "auditor",
        name: "Ines Carvalho",
        email: "ines.carvalho@portal.example",
        role: Role::Auditor,
        member: members::SECRETARIAT_CODE,
        language: Language::En,
    },
    Extra {
        part: "partner",
        name: "Mariama Ndiaye",
        email: "mariama.ndiaye@port.example",
        role: Role::Partner,
        member: surveys::AGENCY,
        language: Language::Fr,
    },
];

/// Adds the people of the parts that nobody `known` plays, who come out of what was played: a part and an address each;
/// returns all, as far as they are there.
pub(super) fn engage(
    conn: &mut Conn,
    known: &[(&'static str, String)],
    random: &Random,
    now: Timestamp,
) -> Result<Vec<Actor>, Error> {
    let mut actors = Vec::new();
    for &(part, ref email) in known {
        if let Some(person) = identity::find_user(conn, &parse(email)?)? {
            actors.push(Actor { part, id: person.id, name: person.name, email: person.email });
        }
    }
    for extra in EXTRAS.iter().filter(|extra| !known.iter().any(|(part, _)| *part == extra.part)) {
        // A story that failed has brought no agency.
        if !members::ids(conn, &[extra.member.to_owned()])?.is_empty() {
            actors.push(add(conn, extra, random, now)?);
        }
    }
    Ok(actors)
}

/// An address of the demonstration.
pub(super) fn parse(address: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(address).map_err(|_fault| Error::internal("a made-up address is none"))
}

fn add(conn: &mut Conn, extra: &Extra, random: &Random, now: Timestamp) -> Result<Actor, Error> {
    let Extra { part, name, email, role, member, language } = *extra;
    let (name, email) = (name.to_owned(), email.to_owned());
    // An empty hash matches no password: these people come in by their buttons alone.
    let new = NewUser {
        email: parse(&email)?,
        name: name.clone(),
        password_hash: String::new(),
        preferred_language: language,
    };
    let id = identity::create_user(conn, &new, now, random)?;
    let organisation_id = members::get(conn, member)?.id;
    let appointment_id = Id::new(now, random);
    let appointment = NewAppointment::in_force(organisation_id, id, role);
    appointments::create(conn, appointment_id, &appointment, now)?;
    if !role.is_central() {
        let languages = directory::languages(&["fr".to_owned()]).map_err(|_code| Error::internal("no language"))?;
        let post = if role == Role::Partner { "Responsable des systèmes d’information" } else { "Coordonnateur" };
        let details = Details { job_title: Some(post.to_owned()), phone: None, languages, technologies: Vec::new() };
        let contact = NewContact {
            appointment_id,
            user_id: id,
            organisation_id,
            role,
            listed: true,
            confirmed_at: Some(now),
            name: name.clone(),
            email: email.clone(),
            details,
        };
        directory::add(conn, &[(Id::new(now, random), contact)], now)?;
    }
    Ok(Actor { part, id, name, email })
}
