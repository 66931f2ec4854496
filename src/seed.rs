//! `portal seed`: generated contacts, the same at each run, with addresses that do not exist (RFC 2606's `.example`).
//!
//! All of them are confirmed as of now. Otherwise the first thing that a portal would do is mail their coordinators.

use std::time::Duration;

use crate::appointments::{self, NewAppointment, Role};
use crate::db::{Conn, Id, dump};
use crate::directory::{self, Details, NewContact};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::identity::{self, NewUser};
use crate::mail::EmailAddress;
use crate::members;
use crate::random::Random;
use crate::time::Timestamp;

/// Contacts of one transaction: many, since each set of the index that they are in is written once per transaction.
const CHUNK: usize = 20_000;

const GIVEN: [&str; 32] = [
    "Awa", "Moussa", "Fatou", "Ibrahima", "Amina", "Kofi", "Ngozi", "Chidi", "Wanjiru", "Otieno", "Lindiwe", "Thabo",
    "José", "María", "João", "Inês", "Anaïs", "Étienne", "Zoë", "Jürgen", "Søren", "Łukasz", "Zoran", "Ayşe", "Dmitri",
    "Leïla", "Yousef", "Noor", "Mei", "Haruto", "Nguyễn", "Priya",
];
const FAMILY: [&str; 40] = [
    "Diop",
    "Ndiaye",
    "Traoré",
    "Koné",
    "Mensah",
    "Okafor",
    "Adeyemi",
    "Mwangi",
    "Kamau",
    "Dlamini",
    "Nkosi",
    "Moyo",
    "García",
    "Fernández",
    "Silva",
    "Gonçalves",
    "Dubois",
    "Lefèvre",
    "Müller",
    "Østergård",
    "Kowalski",
    "Novák",
    "Horvat",
    "Yılmaz",
    "Ivanov",
    "Haddad",
    "Al-Farsi",
    "Rahman",
    "Chen",
    "Tanaka",
    "Trần",
    "Sharma",
    "Perera",
    "Lee",
    "Smith",
    "Brown",
    "O’Connor",
    "Van den Berg",
    "Tupou",
    "Fonoti",
];
const TITLES: [&str; 8] = [
    "Head of Innovation",
    "Chef du bureau des technologies",
    "Risk Management Officer",
    "Directeur adjoint",
    "Data Analyst",
    "ICT Project Manager",
    "Inspecteur principal",
    "Policy Adviser",
];
const SPOKEN: [&str; 8] = ["en", "fr", "es", "ar", "pt", "ru", "sw", "zh"];
const KNOWN: [&str; 6] = ["ai_ml", "big_data_analytics", "blockchain_dlt", "cloud", "drones", "biometrics"];

/// Not a hash, so no password matches it.
const NO_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A generated person.
struct Person {
    user: (Id, NewUser),
    appointment: (Id, NewAppointment),
    contact: (Id, NewContact),
}

/// The number of accounts that were not generated.
pub fn real_people(conn: &mut Conn) -> Result<i64, Error> {
    identity::count_without_hash(conn, NO_HASH)
}

/// Adds contacts until there are `count` over all members, created one after the other until `now`; calls `progress`
/// with the number so far. Existing ones stay. Returns how many were added.
pub fn seed(conn: &mut Conn, count: usize, now: Timestamp, progress: &mut dyn FnMut(usize)) -> Result<usize, Error> {
    // A fixed seed gives the same people at each run, and for the same instant the same ids.
    let random = Random::seeded(2024);
    let began = now.minus(Duration::from_millis(u64::try_from(count).or_internal()?));
    let organisations = conn.transaction_for_read(members::all)?;
    let (mut done, mut added, mut now) = (0, 0, began);
    while done < count {
        let mut people = Vec::with_capacity(CHUNK.min(count - done));
        for number in done..count.min(done + CHUNK) {
            // A millisecond each, so that their ids are consecutive, as those of real people are.
            now = now.plus(Duration::from_millis(1));
            let place = random.below(organisations.len());
            let organisation = organisations.get(place).ok_or_else(|| Error::internal("no members"))?;
            people.push(person(number, organisation, &random, now)?);
        }
        done += people.len();
        added += conn.transaction_for_write(|conn| add(conn, people, now))?;
        progress(done);
    }
    Ok(added)
}

/// Adds those of these people who are missing, without a statement for each; returns how many.
fn add(conn: &mut Conn, people: Vec<Person>, now: Timestamp) -> Result<usize, Error> {
    // Between two statements the index of so many people is computed, which takes seconds.
    dump::take_time(conn)?;
    let (mut users, mut appointments, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
    for person in people {
        users.push(person.user);
        appointments.push(person.appointment);
        contacts.push(person.contact);
    }
    let there = identity::create_missing(conn, &users, now)?;
    appointments.retain(|(_, new)| new.user_id.is_some_and(|id| !there.contains(&id)));
    contacts.retain(|(_, new)| !there.contains(&new.user_id));
    appointments::create_many(conn, &appointments, now)?;
    directory::add(conn, &contacts, now)?;
    Ok(contacts.len())
}

fn person(
    number: usize,
    organisation: &members::Organisation,
    random: &Random,
    now: Timestamp,
) -> Result<Person, Error> {
    let pick = |list: &[&str]| list.get(random.below(list.len())).map(|&word| word.to_owned()).unwrap_or_default();
    let name = format!("{} {}", pick(&GIVEN), pick(&FAMILY));
    let address = format!("contact-{number}@{}.example", organisation.code.to_lowercase());
    let languages = vec![organisation.default_language.as_str().to_owned(), pick(&SPOKEN)];
    let role = if random.below(5) == 0 { Role::Coordinator } else { Role::Ncp };
    let details = Details {
        job_title: Some(pick(&TITLES)),
        phone: Some(format!("+00 {:07}", random.below(10_000_000))),
        languages: directory::languages(&languages).map_err(|_code| Error::internal("an unknown language"))?,
        technologies: vec![pick(&KNOWN)],
    };
    let [user_id, appointment_id, contact_id] = [(); 3].map(|()| Id::new(now, random));
    let user = NewUser {
        email: EmailAddress::parse(&address).map_err(|_fault| Error::internal("a made-up address is none"))?,
        name: name.clone(),
        password_hash: NO_HASH.to_owned(),
        preferred_language: if random.below(3) == 0 { Language::Fr } else { organisation.default_language },
    };
    let appointment = NewAppointment::in_force(organisation.id, user_id, role);
    let contact = NewContact {
        appointment_id,
        user_id,
        organisation_id: organisation.id,
        role,
        listed: true,
        confirmed_at: Some(now),
        name,
        email: address,
        details,
    };
    Ok(Person { user: (user_id, user), appointment: (appointment_id, appointment), contact: (contact_id, contact) })
}
