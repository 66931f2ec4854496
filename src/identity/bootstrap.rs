//! The first administrators: set up by a link that is printed once, or by a command. There is no default account.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::store::{self, NewToken, Spent};
use super::types::{NewUser, Purpose, SetUp};
use super::{Identity, mfa, users};
use crate::appointments::{self, NewAppointment, Role};
use crate::audit::{Audit, Entry, Event, Trace};
use crate::db::{self, Conn, Id, Writer};
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::http::RequestContext;
use crate::i18n::Language;
use crate::mail::EmailAddress;
use crate::members;
use crate::random::Random;
use crate::secrets::fingerprint;
use crate::text;
use crate::time::Timestamp;

impl Identity {
    /// A one-time link (path and query) that sets up an administrator. It is printed while there is no administrator,
    /// or when a command asks for it. Links that other processes printed stay valid; the first one that is used ends
    /// them all, and those for the same address. The end of all sessions by an operator ends every one.
    pub async fn set_up_link(&self, intended: Option<(EmailAddress, String)>) -> Result<String, Error> {
        let life = Duration::from_secs(3_600 * self.settings.set_up_link_hours);
        let (now, secret) = (self.clock.now(), self.random.secret());
        let link = format!("/setup?token={secret}");
        self.db
            .write(move |conn| {
                if let Some((email, _)) = &intended
                    && store::credentials(conn, &email.key())?.is_some()
                {
                    return Err(Error::conflict(ProblemCode::AccountExists));
                }
                let (email, name) = intended.as_ref().map(|(email, name)| (email.as_str(), name.as_str())).unzip();
                let token = NewToken { email, name, ..NewToken::nobodys(Purpose::SetUp, now.plus(life)) };
                store::insert_token(conn, &secret, &token, now)
            })
            .await?;
        Ok(link)
    }

    /// The address that a set-up link was made for, if it was made for one.
    ///
    /// # Errors
    /// 410 if the link is spent.
    pub async fn set_up_address(&self, token: &str) -> Result<Option<String>, Error> {
        let (token, now) = (token.to_owned(), self.clock.now());
        let found = self.db.read(move |conn| look_at_link(conn, &token, now)).await?;
        Ok(found.email)
    }

    /// Creates an administrator by a set-up link. The address and name of the link take precedence over those of the
    /// form.
    ///
    /// # Errors
    /// 410 if the link is spent; 422 if a field is invalid; 409 if the address has an account. The link stays valid
    /// after 422 and 409.
    pub async fn set_up(&self, set_up: SetUp, caller: &RequestContext) -> Result<(), Error> {
        let (token, now) = (set_up.token.clone(), self.clock.now());
        // The link is checked first: without a valid link, the answer says nothing about the other fields.
        let found = self.db.read(move |conn| look_at_link(conn, token.expose_secret(), now)).await?;
        let mut faults = FieldErrors::new();
        let email = faults.take_optional("/email", set_up.email.as_deref(), EmailAddress::parse);
        let name = faults.take_optional("/name", set_up.name.as_deref(), text::name::person);
        faults.finish()?;
        let intended = found.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
        let (email, name) = (intended.or(email), found.name.or(name));
        let mut faults = FieldErrors::new();
        for (pointer, is_missing) in [("/email", email.is_none()), ("/name", name.is_none())] {
            if is_missing {
                faults.add(FieldError::new(pointer, FieldCode::Missing));
            }
        }
        let (Some(email), Some(name)) = (email, name) else {
            return faults.finish();
        };
        let known = [email.as_str(), name.as_str()];
        // There is no second factor yet, so the stricter rule applies.
        db::name_writer(Writer::of_link(&fingerprint(set_up.token.expose_secret())));
        let password_hash = self.hash_behind_link(&set_up.password, &known, false, caller).await?;
        let new = NewUser { email, name, password_hash, preferred_language: caller.language };
        let (random, audit, trace) = (self.random.clone(), self.audit.clone(), Trace::from(caller));
        self.db
            .write(move |conn| {
                conn.exclude_others()?;
                let spent = store::spend_token(conn, Purpose::SetUp, set_up.token.expose_secret(), now)?;
                // A link that names no address is valid for the first administrator only.
                if spent.email.is_none() && appointments::count_active(conn, Role::Secretariat, None)? > 0 {
                    return Err(Error::link_spent());
                }
                create_administrator(conn, &new, now, &random, &audit, &trace).map(|_| ())
            })
            .await
    }

    /// Creates an administrator with a password that the operator types at the command line. With `totp`, an
    /// authenticator app becomes the second factor at once, and its otpauth URI is returned.
    ///
    /// # Errors
    /// 422 if the password is rejected; 409 if the address has an account.
    pub async fn create_administrator(
        &self,
        email: EmailAddress,
        name: String,
        password: &SecretString,
        totp: bool,
    ) -> Result<Option<String>, Error> {
        let known = [email.as_str(), name.as_str()];
        let password_hash = self.hash_chosen("/password", password, &known, totp, &["command line".to_owned()]).await?;
        let new = NewUser { email, name, password_hash, preferred_language: Language::En };
        let (now, random, audit, factors) =
            (self.clock.now(), self.random.clone(), self.audit.clone(), self.factors.clone());
        self.db
            .write(move |conn| {
                conn.exclude_others()?;
                let trace = Trace::default();
                let user = create_administrator(conn, &new, now, &random, &audit, &trace)?;
                if !totp {
                    return Ok(None);
                }
                let enrolled = factors.enrol_totp(conn, user, new.email.as_str(), now)?;
                mfa::confirm_without_code(conn, user, now)?;
                audit.record(conn, &trace, &Entry::anonymous(Event::TotpAdded, Some(user)))?;
                Ok(Some(enrolled.otpauth_uri))
            })
            .await
    }
}

/// What a valid set-up link was made for. A link that names no address is valid until there is an administrator.
fn look_at_link(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Spent, Error> {
    let found = store::look_at_token(conn, Purpose::SetUp, token, now)?;
    if found.email.is_none() && appointments::count_active(conn, Role::Secretariat, None)? > 0 {
        return Err(Error::link_spent());
    }
    Ok(found)
}

/// Creates an administrator, and ends the set-up links that could create another one for the address, now or once the
/// account has another address. The caller excludes others first: two links may be used at the same time.
fn create_administrator(
    conn: &mut Conn,
    new: &NewUser,
    now: Timestamp,
    random: &Random,
    audit: &Audit,
    trace: &Trace,
) -> Result<Id, Error> {
    let user_id = users::create_user(conn, new, now, random)?;
    end_links_for(conn, &new.email)?;
    let organisation = members::get(conn, members::SECRETARIAT_CODE)?.id;
    let appointment = NewAppointment::in_force(organisation, user_id, Role::Secretariat);
    appointments::create(conn, Id::new(now, random), &appointment, now)?;
    audit.record(conn, trace, &Entry::anonymous(Event::AdministratorCreated, Some(user_id)).of(organisation))?;
    Ok(user_id)
}

/// Ends the set-up links for an address, and those that name none.
fn end_links_for(conn: &mut Conn, address: &EmailAddress) -> Result<(), Error> {
    let links = store::set_up_links(conn)?.into_iter();
    let ended = links.filter(|(_, made_for)| is_for(made_for.as_deref(), address)).map(|(hash, _)| hash);
    store::spend_by_hash(conn, &ended.collect::<Vec<_>>())
}

/// Whether a set-up link that was made for an address, or for none, can create an administrator with this one.
fn is_for(made_for: Option<&str>, address: &EmailAddress) -> bool {
    made_for.is_none_or(|text| EmailAddress::parse(text).is_ok_and(|other| other.key() == address.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_for_its_address_in_any_capitals_and_for_any_without_one() {
        let address = EmailAddress::parse("awa.diop@douanes.example").unwrap();
        assert!(is_for(None, &address));
        assert!(is_for(Some("Awa.Diop@Douanes.example"), &address));
        assert!(!is_for(Some("fatou.sow@douanes.example"), &address));
    }
}
