//! The people who answer in the replay: one for each organisation that does. All have the password of the officer of
//! the Secretariat, so that none has to be hashed.
//!
//! They are written as `portal seed` writes its people. From then on they act over HTTP: they log in, coordinators with
//! an authenticator app. Who needs more time is a coordinator, since no contact point asks for it.

use std::collections::BTreeSet;

use serde_json::json;

use super::data::{self, Respondent};
use crate::appointments::{self, NewAppointment, Role};
use crate::db::{Conn, Id};
use crate::demo::actors::parse;
use crate::demo::client::Client;
use crate::demo::step::{Step, code_of_app, expect, token_in};
use crate::directory::{self, Details, NewContact};
use crate::error::Error;
use crate::identity::{self, NewUser};
use crate::mail::EmailAddress;
use crate::members::{self, Organisation};
use crate::random::Random;
use crate::time::{Clock, Timestamp};

/// The address of the person of an organisation.
pub fn address(code: &str) -> String {
    format!("contact-replay@{}.example", code.to_lowercase())
}

/// Adds the person of each organisation that answers; the agencies are there already. `officer` is the address whose
/// password they have.
///
/// # Errors
/// 404 where there is no such officer, or an organisation is missing.
pub fn engage(conn: &mut Conn, officer: &str, random: &Random, now: Timestamp) -> Result<(), Error> {
    let officer = identity::find_user(conn, &parse(officer)?)?.ok_or_else(Error::not_found)?;
    let late = |who: &Respondent| who.extended_until.is_some();
    let of_members = data::members().map_err(Error::internal)?.into_iter();
    let of_members = of_members.map(|who| (if late(&who) { Role::Coordinator } else { Role::Ncp }, who.code));
    let of_agencies = data::AGENCIES.iter().map(|agency| (Role::Partner, agency.code.to_owned()));
    let wanted: Vec<(Role, String)> = of_members.chain(of_agencies).collect();
    let partners = members::partners(conn)?.into_iter().map(|(agency, _)| agency);
    let known: Vec<Organisation> = members::all(conn)?.into_iter().chain(partners).collect();
    let (mut users, mut held, mut contacts) = (Vec::new(), Vec::new(), Vec::new());
    for (role, code) in wanted {
        let organisation = known.iter().find(|known| known.code == code).ok_or_else(Error::not_found)?;
        let [user_id, appointment_id, contact_id] = [(); 3].map(|()| Id::new(now, random));
        let (email, name) = (parse(&address(&code))?, format!("Made-up person of {}", organisation.name_en));
        contacts.push((contact_id, contact(organisation, role, (user_id, appointment_id), (&email, &name), now)?));
        held.push((appointment_id, NewAppointment::in_force(organisation.id, user_id, role)));
        let new = NewUser {
            email,
            name,
            password_hash: officer.password_hash.clone(),
            preferred_language: organisation.default_language,
        };
        users.push((user_id, new));
    }
    let there: BTreeSet<Id> = identity::create_missing(conn, &users, now)?;
    held.retain(|(_, new)| new.user_id.is_some_and(|id| !there.contains(&id)));
    contacts.retain(|(_, new)| !there.contains(&new.user_id));
    appointments::create_many(conn, &held, now)?;
    directory::add(conn, &contacts, now)
}

fn contact(
    organisation: &Organisation,
    role: Role,
    (user_id, appointment_id): (Id, Id),
    (email, name): (&EmailAddress, &str),
    now: Timestamp,
) -> Result<NewContact, Error> {
    let languages = directory::languages(&[organisation.default_language.as_str().to_owned()]);
    let details = Details {
        job_title: Some("Answers in the replay of 2024".to_owned()),
        phone: None,
        languages: languages.map_err(|_code| Error::internal("no language"))?,
        technologies: Vec::new(),
    };
    Ok(NewContact {
        appointment_id,
        user_id,
        organisation_id: organisation.id,
        role,
        listed: true,
        confirmed_at: Some(now),
        name: name.to_owned(),
        email: email.as_str().to_owned(),
        details,
    })
}

/// Logs the person of an organisation in; who is late, as a coordinator, by two factors.
pub(super) fn log_in(anonymous: &Client, clock: &Clock, password: &str, who: &Respondent) -> Step<Client> {
    let form = json!({"email": address(&who.code), "password": password});
    let person = anonymous.with_token(&token_in(&expect(200, anonymous.post("/auth/login", &form))?)?);
    if who.extended_until.is_none() {
        return Ok(person);
    }
    let app = expect(200, person.post("/me/mfa/totp", &json!({})))?;
    let code = code_of_app(app.get("secret").and_then(serde_json::Value::as_str).unwrap_or_default(), clock)?;
    let confirmed = expect(200, person.post("/me/mfa/totp/confirm", &json!({"code": code})))?;
    Ok(anonymous.with_token(&token_in(confirmed.get("tokens").unwrap_or(&confirmed))?))
}
