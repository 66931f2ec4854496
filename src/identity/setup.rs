//! The first administrators: by a link that is printed once, or by a command. There is no default account.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::store::{self, NewToken, Spent};
use super::types::{NewUser, Purpose, SetUp};
use super::{Identity, factors, people};
use crate::appointments::{self, AppointmentStatus, NewAppointment, Role};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, Fault, Faults};
use crate::http::Caller;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::members;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;

impl Identity {
    /// A link that sets up an administrator, where there is none yet or a command asks for one: path and query. Those that
    /// other processes have printed stay good: the first that is used ends all of them.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn set_up_link(&self, intended: Option<(EmailAddress, String)>) -> Result<String, Error> {
        let life = Duration::from_secs(3_600 * self.settings.set_up_link_hours);
        let (now, secret) = (self.clock.now(), self.random.secret());
        let link = format!("/setup?token={secret}");
        self.db
            .write(move |conn| {
                let (email, name) = intended.as_ref().map(|(email, name)| (email.as_str(), name.as_str())).unzip();
                let token = NewToken {
                    purpose: Purpose::SetUp,
                    user_id: None,
                    registration_id: None,
                    email,
                    name,
                    payload: None,
                    expires_at: now.plus(life),
                };
                store::insert_token(conn, &secret, &token, now)
            })
            .await?;
        Ok(link)
    }

    /// The address that a set-up link was made for, where it was made for one.
    ///
    /// # Errors
    /// 410 where the link is spent.
    pub async fn set_up_address(&self, token: &str) -> Result<Option<String>, Error> {
        let (token, now) = (token.to_owned(), self.clock.now());
        let found = self.db.read(move |conn| look_at_link(conn, &token, now)).await?;
        Ok(found.email)
    }

    /// Makes an administrator by a set-up link. What the link was made for wins over what the form says.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where a field won't do, 409 where the address has an account: then it stays good.
    pub async fn set_up(&self, set_up: SetUp, caller: &Caller) -> Result<(), Error> {
        let (token, now) = (set_up.token.clone(), self.clock.now());
        // First the link: without a good one nothing is said of the rest.
        let found = self.db.read(move |conn| look_at_link(conn, token.expose_secret(), now)).await?;
        let mut faults = Faults::new();
        let email = faults.take_optional("/email", set_up.email.as_deref(), EmailAddress::parse);
        let name = faults.take_optional("/name", set_up.name.as_deref(), text::name::person);
        faults.finish()?;
        let missing = |pointer| Error::invalid(vec![Fault::new(pointer, "missing")]);
        let intended = found.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
        let email = intended.or(email).ok_or_else(|| missing("/email"))?;
        let name = found.name.or(name).ok_or_else(|| missing("/name"))?;
        let known = [email.as_str(), name.as_str()];
        // Until a second factor is added, the password stands alone.
        let password_hash = self.hash_behind_link(&set_up.password, &known, false, caller).await?;
        let new = NewUser { email, name, password_hash, preferred_language: caller.language };
        let (random, audit, trace) = (self.random.clone(), self.audit.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                let spent = store::spend_token(conn, Purpose::SetUp, set_up.token.expose_secret(), now)?;
                if spent.email.is_none() {
                    // A link for whoever comes first is good for the first alone.
                    conn.exclude_others()?;
                    if appointments::count_active(conn, Role::Secretariat, None)? > 0 {
                        return Err(Error::link_spent());
                    }
                }
                create_administrator(conn, &new, now, &random, &audit, &trace).map(|_| ())
            })
            .await
    }

    /// Makes an administrator whose password the operator types, for the command line. With `totp` an authenticator app
    /// is a second factor at once: its otpauth URI is returned.
    ///
    /// # Errors
    /// 422 where the password won't do; 409 where the address has an account.
    pub async fn create_administrator(
        &self,
        email: EmailAddress,
        name: String,
        password: &SecretString,
        totp: bool,
    ) -> Result<Option<String>, Error> {
        let known = [email.as_str(), name.as_str()];
        let password_hash = self.hash_chosen("/password", password, &known, totp, "command line").await?;
        let new = NewUser { email, name, password_hash, preferred_language: Language::En };
        let (now, random, audit, factors) =
            (self.clock.now(), self.random.clone(), self.audit.clone(), self.factors.clone());
        self.db
            .write(move |conn| {
                let trace = Trace::default();
                let user = create_administrator(conn, &new, now, &random, &audit, &trace)?;
                if !totp {
                    return Ok(None);
                }
                let enrolled = factors.enrol_totp(conn, user, new.email.as_str(), now)?;
                factors::confirm_without_code(conn, user, now)?;
                audit.note(conn, &trace, &Entry::anonymous(Event::TotpAdded, Some(user)))?;
                Ok(Some(enrolled.otpauth_uri))
            })
            .await
    }
}

/// What a link was made for, while it is good. One for whoever comes first is good while nobody has come.
fn look_at_link(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Spent, Error> {
    let found = store::look_at_token(conn, Purpose::SetUp, token, now)?;
    if found.email.is_none() && appointments::count_active(conn, Role::Secretariat, None)? > 0 {
        return Err(Error::link_spent());
    }
    Ok(found)
}

fn create_administrator(
    conn: &mut Conn,
    new: &NewUser,
    now: Timestamp,
    random: &Random,
    audit: &Audit,
    trace: &Trace,
) -> Result<Id, Error> {
    let user_id = people::create_user(conn, new, now, random)?;
    let organisation = members::get(conn, members::SECRETARIAT_CODE)?.id;
    let appointment = NewAppointment {
        user_id: Some(user_id),
        organisation_id: organisation,
        role: Role::Secretariat,
        status: AppointmentStatus::Active,
        valid_to: None,
        registration_id: None,
        invited_by: None,
    };
    appointments::create(conn, Id::new(now, random), &appointment, now)?;
    audit.note(conn, trace, &Entry::anonymous(Event::AdministratorCreated, Some(user_id)).of(organisation))?;
    Ok(user_id)
}
