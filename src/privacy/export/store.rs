//! The SQL of an export: each list is one query, bounded, by an index of the person or the address.
//!
//! A mailbox of an office passes from one person to the next. What names its person is that person's alone; what knows an
//! address and nobody is in the export from the moment on at which the address became the person's.

use diesel::prelude::*;
use serde_json::{Map, Value, json};

use super::types::Export;
use crate::appointments::AppointmentStatus;
use crate::audit::{self, Event};
use crate::db::schema::{
    adoption, announcement, api_token, appointment, audit_entry, contact, delivery, device, digest, invitation, mail,
    mail_opt_out, mail_suppression, nomination, organisation, passkey, registration, session, totp, users,
};
use crate::db::{Conn, Document, Id, MultiBackend};
use crate::error::Error;
use crate::time::Timestamp;

/// Rows of a query as JSON objects, whose fields are named here. One row more than the bound says that there are more.
macro_rules! rows {
    ($list:literal, $cut:ident, $most:ident, $conn:expr, $query:expr, $($field:ident: $kind:ty = $column:expr),+ $(,)?) => {{
        let query = $query.select(($($column,)+)).limit($most + 1);
        let mut rows: Vec<Value> = query
            .load::<($($kind,)+)>($conn)?
            .into_iter()
            .map(|($($field,)+)| {
                let mut row = Map::new();
                $(row.insert(stringify!($field).to_owned(), json!($field));)+
                Value::Object(row)
            })
            .collect();
        let most = usize::try_from($most).unwrap_or(usize::MAX);
        if rows.len() > most {
            rows.truncate(most);
            $cut.push($list);
        }
        rows
    }};
}

type Text = Option<String>;
type When = Option<Timestamp>;
type List = Document<Vec<String>>;

/// Entries of the audit log without the networks of others.
fn own_networks(user: Id, mut rows: Vec<Value>) -> Vec<Value> {
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        let [actor, subject] = ["actor", "subject"].map(|field| row.get(field)?.as_str()?.parse::<Id>().ok());
        if !audit::shows_network(user, actor, subject) {
            row.insert("network".to_owned(), Value::Null);
        }
    }
    rows
}

/// Reads it all; `most` bounds each list.
#[expect(clippy::too_many_lines, reason = "a list of lists")]
pub(super) fn collect(conn: &mut Conn, user: Id, now: Timestamp, most: i64) -> Result<Export, Error> {
    let mut cut = Vec::new();
    let (email, key, created_at): (String, String, Timestamp) =
        users::table.find(user).select((users::email, users::email_key, users::created_at)).first(conn)?;
    let since = address_changed_at(conn, user)?.unwrap_or(created_at);
    Ok(Export {
        exported_at: now,
        account: rows!("account", cut, most, conn, users::table.filter(users::id.eq(user)),
            id: Id = users::id, email: String = users::email, name: String = users::name,
            preferred_language: String = users::preferred_language, created_at: Timestamp = users::created_at,
            updated_at: Timestamp = users::updated_at, suspended_at: When = users::suspended_at,
            suspension_reason: Text = users::suspension_reason, name_changed_at: When = users::name_changed_at,
            previous_name: Text = users::previous_name),
        appointments: rows!("appointments", cut, most, conn,
            appointment::table.inner_join(organisation::table).filter(appointment::user_id.eq(user))
                .order(appointment::id.desc()),
            id: Id = appointment::id, organisation: String = organisation::code,
            organisation_name: String = organisation::name_en, role: String = appointment::role,
            status: AppointmentStatus = appointment::status, status_since: Timestamp = appointment::status_since,
            valid_from: When = appointment::valid_from, valid_to: When = appointment::valid_to,
            confirmed_at: When = appointment::confirmed_at, confirm_by: When = appointment::confirm_by,
            decided_at: When = appointment::decided_at, reason: Text = appointment::reason,
            created_at: Timestamp = appointment::created_at),
        contacts: rows!("contacts", cut, most, conn, contact::table.filter(contact::user_id.eq(user)),
            id: Id = contact::id, listed: bool = contact::listed, role: String = contact::role,
            name: String = contact::name, job_title: Text = contact::job_title,
            job_title_audience: String = contact::job_title_audience, email: String = contact::email,
            email_audience: String = contact::email_audience, phone: Text = contact::phone,
            phone_audience: String = contact::phone_audience, languages: List = contact::languages,
            languages_audience: String = contact::languages_audience, technologies: List = contact::technologies,
            technologies_audience: String = contact::technologies_audience, updated_at: Timestamp = contact::updated_at),
        registrations: rows!("registrations", cut, most, conn,
            registration::table.inner_join(organisation::table)
                .filter(registration::user_id.eq(user).or(registration::user_id.is_null()
                    .and(registration::email_key.eq(&key)).and(registration::created_at.ge(since))))
                .order(registration::id.desc()),
            id: Id = registration::id, organisation: String = organisation::code, role: String = registration::role,
            email: String = registration::email, name: String = registration::name,
            job_title: Text = registration::job_title, phone: Text = registration::phone,
            languages: List = registration::languages,
            nominating_official: Text = registration::nominating_official,
            nomination_reference: Text = registration::nomination_reference,
            created_at: Timestamp = registration::created_at, verified_at: When = registration::verified_at,
            reason: Text = registration::reason),
        invitations: rows!("invitations", cut, most, conn,
            invitation::table.inner_join(appointment::table)
                .filter(appointment::user_id.eq(user).or(appointment::user_id.is_null()
                    .and(invitation::email_key.eq(&key)).and(invitation::invited_at.ge(since)))),
            appointment: Id = invitation::appointment_id, email: String = invitation::email,
            name: String = invitation::name, job_title: Text = invitation::job_title, phone: Text = invitation::phone,
            languages: List = invitation::languages, invited_at: Timestamp = invitation::invited_at,
            expires_at: Timestamp = invitation::expires_at, accepted_at: When = invitation::accepted_at),
        nominations: rows!("nominations", cut, most, conn,
            nomination::table.inner_join(appointment::table).filter(appointment::user_id.eq(user)),
            appointment: Id = nomination::appointment_id, official: Text = nomination::official,
            reference: Text = nomination::reference, dated: Text = nomination::dated,
            letter_name: Text = nomination::letter_name, letter_type: Text = nomination::letter_type,
            uploaded_at: When = nomination::uploaded_at, updated_at: Timestamp = nomination::updated_at),
        sessions: rows!("sessions", cut, most, conn,
            session::table.filter(session::user_id.eq(user)).order(session::id.desc()),
            id: Id = session::id, created_at: Timestamp = session::created_at,
            last_used_at: Timestamp = session::last_used_at, expires_at: Timestamp = session::expires_at,
            revoked_at: When = session::revoked_at, level: String = session::level, label: Text = session::label,
            user_agent: Text = session::user_agent, network: Text = session::network),
        devices: rows!("devices", cut, most, conn, device::table.filter(device::user_id.eq(user)),
            last_seen_at: Timestamp = device::last_seen_at),
        authenticators: rows!("authenticators", cut, most, conn, totp::table.filter(totp::user_id.eq(user)),
            created_at: Timestamp = totp::created_at, confirmed_at: When = totp::confirmed_at),
        passkeys: rows!("passkeys", cut, most, conn, passkey::table.filter(passkey::user_id.eq(user)),
            id: Id = passkey::id, name: String = passkey::name, created_at: Timestamp = passkey::created_at,
            last_used_at: When = passkey::last_used_at),
        tokens: rows!("tokens", cut, most, conn, api_token::table.filter(api_token::user_id.eq(user)),
            id: Id = api_token::id, name: String = api_token::name, scopes: List = api_token::scopes,
            created_at: Timestamp = api_token::created_at, expires_at: Timestamp = api_token::expires_at,
            last_used_at: When = api_token::last_used_at, revoked_at: When = api_token::revoked_at),
        audit: own_networks(
            user,
            rows!("audit", cut, most, conn,
            audit_entry::table.filter(audit_entry::actor_id.eq(user).or(audit_entry::subject_id.eq(user)))
                .order(audit_entry::id.desc()),
            id: Id = audit_entry::id, at: Timestamp = audit_entry::at, action: String = audit_entry::action,
            actor: Option<Id> = audit_entry::actor_id, subject: Option<Id> = audit_entry::subject_id,
            network: Text = audit_entry::network, detail: Option<Document<Value>> = audit_entry::detail),
        ),
        announcements: rows!("announcements", cut, most, conn,
            delivery::table.inner_join(announcement::table).filter(delivery::user_id.eq(user))
                .order(delivery::announcement_id.desc()),
            announcement: Id = announcement::id, sent_at: When = announcement::sent_at,
            read_at: When = delivery::read_at, acknowledged_at: When = delivery::acknowledged_at,
            digest_since: When = delivery::digest_since, digest_at: When = delivery::digest_at),
        digests: rows!("digests", cut, most, conn, digest::table.filter(digest::user_id.eq(user)),
            rhythm: String = digest::rhythm, due_at: Timestamp = digest::due_at),
        topics_left: rows!("topics_left", cut, most, conn, mail_opt_out::table.filter(mail_opt_out::user_id.eq(user)),
            topic: String = mail_opt_out::topic, created_at: Timestamp = mail_opt_out::created_at),
        mails: rows!("mails", cut, most, conn,
            mail::table.filter(mail::to_address.eq_any([email.clone(), key.clone()]))
                .filter(mail::user_id.eq(user).or(mail::user_id.is_null().and(mail::created_at.ge(since))))
                .order(mail::id.desc()).into_boxed::<MultiBackend>(),
            id: Id = mail::id, kind: String = mail::kind, to: String = mail::to_address, state: String = mail::state,
            created_at: Timestamp = mail::created_at, sent_at: When = mail::sent_at,
            bounced_at: When = mail::bounced_at, bounce_diagnostic: Text = mail::bounce_diagnostic),
        suppressions: rows!("suppressions", cut, most, conn,
            mail_suppression::table.filter(mail_suppression::address_key.eq(&key)),
            address: String = mail_suppression::address_key, reason: String = mail_suppression::reason,
            source: String = mail_suppression::source, until: When = mail_suppression::until,
            created_at: Timestamp = mail_suppression::created_at),
        adoption: rows!("adoption", cut, most, conn, adoption::table.filter(adoption::updated_by.eq(user)),
            organisation: Id = adoption::organisation_id, technology: String = adoption::technology_code,
            status: String = adoption::status, updated_at: Timestamp = adoption::updated_at),
        cut,
    })
}

/// When somebody's address was changed last.
fn address_changed_at(conn: &mut Conn, user: Id) -> Result<Option<Timestamp>, Error> {
    let changes = audit_entry::action.eq_any([Event::AddressChanged, Event::AddressChangeUndone]);
    let last = audit_entry::table.filter(audit_entry::subject_id.eq(user).and(changes)).order(audit_entry::id.desc());
    Ok(last.select(audit_entry::at).first(conn).optional()?)
}
