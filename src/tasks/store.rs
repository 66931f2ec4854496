//! The SQL of tasks: one statement for all kinds of things that wait, of which each kind is limited.
//!
//! A kind is a SELECT of its own with its own limit, read from an index in the order of age; `UNION ALL` puts them
//! together, so that the number of rows that are read depends on the limit alone. `$1` is the reader, `$2` the present
//! ([`GIVEN`]). The limit is in the text: the statement is prepared once, and PostgreSQL plans by the limit.

use diesel::prelude::*;

use super::types::{Item, Queue, TaskKind, View};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::id::SqlId;
use crate::db::timestamp::SqlTimestamp;
use crate::db::{Conn, Prepared};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::consent::SuppressionReason;
use crate::time::Timestamp;

/// Names all parameters in their order at the beginning of a statement: SQLite counts them as it meets them, and not
/// every kind uses all of them.
const GIVEN: &str = "WITH given AS (SELECT $1 AS reader, $2 AS present) ";

/// The organisations of `policy::check_at`: those that the reader coordinates. `CROSS JOIN` has SQLite begin with them,
/// and not with all appointments in a state.
const COORDINATED: &str = "(SELECT DISTINCT organisation_id FROM appointment WHERE user_id = $1 \
                           AND role = 'coordinator' AND status = 'active') AS h CROSS JOIN ";

/// The organisations for which the reader writes all of a response (`policy::reach_of_response`).
const ANSWERED_FOR: &str = "(SELECT DISTINCT organisation_id FROM appointment WHERE user_id = $1 \
                            AND role IN ('coordinator', 'ncp', 'partner') AND status = 'active') AS h CROSS JOIN ";

/// Whether the reader signs the response `p` (`policy::signers_of_response`): as a coordinator, or where there is none.
const SIGNS: &str = "(EXISTS (SELECT 1 FROM appointment a WHERE a.user_id = $1 \
                     AND a.organisation_id = p.organisation_id AND a.role = 'coordinator' AND a.status = 'active') \
                     OR NOT EXISTS (SELECT 1 FROM appointment a WHERE a.organisation_id = p.organisation_id \
                     AND a.role = 'coordinator' AND a.status = 'active'))";

/// Whether the organisation of the place `f` in the frame of the round `r` has time left, by its own deadline
/// (`rounds::deadlines`): a round stays open as long as anybody has time, which nobody else is to learn.
const HAS_TIME: &str = "EXISTS (SELECT 1 FROM round_deadline d WHERE d.round_id = r.id AND d.closes_at > $2 \
                        AND ((d.scope = 'organisation' AND d.organisation_id = f.organisation_id) \
                        OR (d.scope = 'region' AND d.region = f.region) \
                        OR (d.scope = 'all' AND NOT EXISTS (SELECT 1 FROM round_deadline n \
                        WHERE n.round_id = r.id AND n.scope = 'all' AND n.number > d.number))))";

/// The things of this view at this moment, the oldest first, `most` of each kind; announcements in this language.
pub(super) fn items(
    conn: &mut Conn,
    view: &View,
    (language, most): (Language, i64),
    now: Timestamp,
) -> Result<Vec<Item>, Error> {
    if view.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = all_kinds(view, language, most);
    let statement = format!(
        "{GIVEN}SELECT w.kind AS kind, w.id AS id, w.application AS application, w.role AS role, \
         o.code AS organisation, COALESCE(w.label, u.name, i.name) AS name, w.since AS since, w.due_on AS due_on, \
         w.zone AS zone \
         FROM ({waiting}) AS w \
         LEFT JOIN organisation o ON o.id = w.organisation_id LEFT JOIN \"user\" u ON u.id = w.user_id \
         LEFT JOIN invitation i ON i.appointment_id = w.id ORDER BY w.since, w.id"
    );
    let query = diesel::sql_query(statement).bind::<SqlId, _>(view.reader).bind::<SqlTimestamp, _>(now);
    Ok(Prepared(query).load(conn)?)
}

/// How many things of each kind of this view wait at this moment, `most` at most. Kinds of which none waits are left
/// out.
pub(super) fn queues(conn: &mut Conn, view: &View, most: i64, now: Timestamp) -> Result<Vec<Queue>, Error> {
    if view.kinds.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = all_kinds(view, Language::En, most);
    let statement = format!(
        "{GIVEN}SELECT w.kind AS kind, count(*) AS count, min(w.since) AS since FROM ({waiting}) AS w GROUP BY w.kind"
    );
    let query = diesel::sql_query(statement).bind::<SqlId, _>(view.reader).bind::<SqlTimestamp, _>(now);
    Ok(Prepared(query).load(conn)?)
}

fn all_kinds(view: &View, language: Language, most: i64) -> String {
    let one = |kind: &TaskKind| {
        // Only sections have a day by which they are due.
        let due = match kind {
            TaskKind::Sections => "",
            _ => ", CAST(NULL AS text) AS due_on, CAST(NULL AS text) AS zone",
        };
        format!("SELECT of_{kind}.*{due} FROM ({}) AS of_{kind}", of_kind(*kind, view, language))
    };
    view.kinds.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ").replace("$most", &most.to_string())
}

fn of_kind(kind: TaskKind, view: &View, language: Language) -> String {
    let appointments = |status, more| of_appointments(kind, status, view, more);
    match kind {
        TaskKind::Applications => appointments(AppointmentStatus::Pending, " AND a.registration_id IS NOT NULL"),
        // Applications are a kind of their own for those who decide on them.
        TaskKind::Pending if view.has(TaskKind::Applications) => {
            appointments(AppointmentStatus::Pending, " AND a.registration_id IS NULL")
        }
        TaskKind::Pending => appointments(AppointmentStatus::Pending, ""),
        TaskKind::Unconfirmed => appointments(AppointmentStatus::Unconfirmed, ""),
        TaskKind::Incomplete => appointments(AppointmentStatus::Incomplete, ""),
        TaskKind::Invited => appointments(AppointmentStatus::Invited, ""),
        TaskKind::Approvals => of_approvals(),
        TaskKind::Surveys => of_surveys(),
        TaskKind::Sections => of_sections(),
        TaskKind::Extensions => "SELECT 'extensions' AS kind, e.id AS id, e.round_id AS application, \
                             CAST(NULL AS text) AS role, e.organisation_id AS organisation_id, \
                             CAST(NULL AS uuid) AS user_id, s.code AS label, e.asked_at AS since \
                             FROM extension_request e JOIN survey_round r ON r.id = e.round_id \
                             JOIN survey s ON s.id = r.survey_id WHERE e.state = 'open' \
                             ORDER BY e.asked_at LIMIT $most"
            .to_owned(),
        TaskKind::Announcements => of_announcements(language),
        TaskKind::Bounced => of_bounced(),
        TaskKind::Reports => "SELECT 'reports' AS kind, r.id AS id, CAST(NULL AS uuid) AS application, \
                          CAST(NULL AS text) AS role, CAST(NULL AS uuid) AS organisation_id, \
                          CAST(NULL AS uuid) AS user_id, r.subject AS label, r.received_at AS since \
                          FROM unread_report r ORDER BY r.received_at LIMIT $most"
            .to_owned(),
        TaskKind::Webhooks => "SELECT 'webhooks' AS kind, h.id AS id, CAST(NULL AS uuid) AS application, \
                           CAST(NULL AS text) AS role, CAST(NULL AS uuid) AS organisation_id, \
                           CAST(NULL AS uuid) AS user_id, h.description AS label, \
                           COALESCE(h.failing_since, h.updated_at) AS since FROM webhook h \
                           WHERE h.failing_since IS NOT NULL OR h.disabled IN ('gone', 'failing') \
                           ORDER BY COALESCE(h.failing_since, h.updated_at) LIMIT $most"
            .to_owned(),
    }
}

/// Appointments in a state, without the reader's own, on which others decide.
fn of_appointments(kind: TaskKind, status: AppointmentStatus, view: &View, more: &str) -> String {
    let (from, within) =
        if view.is_everywhere { ("", String::new()) } else { (COORDINATED, within_coordinated(status)) };
    format!(
        "SELECT '{kind}' AS kind, a.id AS id, a.registration_id AS application, a.role AS role, \
         a.organisation_id AS organisation_id, a.user_id AS user_id, CAST(NULL AS text) AS label, \
         a.status_since AS since FROM {from}appointment a WHERE a.forgotten_at IS NULL AND a.status = '{status}' \
         AND (a.user_id IS NULL OR a.user_id <> $1){within}{more} ORDER BY a.status_since LIMIT $most"
    )
}

/// At the organisations of a coordinator; to decide on, only what a coordinator decides (`policy::may_act`).
fn within_coordinated(status: AppointmentStatus) -> String {
    let within = " AND a.organisation_id = h.organisation_id";
    if status == AppointmentStatus::Pending {
        // By the roles of others, since SQLite would rather search an index of roles.
        let others = Role::ALL.iter().filter(|role| !matches!(role, Role::Ncp | Role::Contributor));
        let others: Vec<String> = others.map(|role| format!("'{role}'")).collect();
        format!("{within} AND a.role NOT IN ({})", others.join(", "))
    } else {
        within.to_owned()
    }
}

/// Responses in review that the reader signs, of organisations that have time left, named after who asked.
fn of_approvals() -> String {
    format!(
        "SELECT 'approvals' AS kind, p.id AS id, p.round_id AS application, CAST(NULL AS text) AS role, \
         p.organisation_id AS organisation_id, p.requested_by AS user_id, CAST(NULL AS text) AS label, \
         COALESCE(p.requested_at, p.created_at) AS since \
         FROM {ANSWERED_FOR}response p CROSS JOIN survey_round r CROSS JOIN round_frame f \
         WHERE p.organisation_id = h.organisation_id AND p.state = 'in_review' AND r.id = p.round_id \
         AND r.state = 'open' AND f.round_id = r.id AND f.organisation_id = p.organisation_id \
         AND {SIGNS} AND {HAS_TIME} ORDER BY COALESCE(p.requested_at, p.created_at) LIMIT $most"
    )
}

/// Open rounds that ask an organisation of the reader which has time left and whose response was not submitted, or is
/// changed again. `CROSS JOIN` has SQLite read the few open rounds by their state, and not all those that ever asked the
/// organisation.
fn of_surveys() -> String {
    format!(
        "SELECT 'surveys' AS kind, r.id AS id, CAST(NULL AS uuid) AS application, CAST(NULL AS text) AS role, \
         f.organisation_id AS organisation_id, CAST(NULL AS uuid) AS user_id, s.code AS label, r.opens_at AS since \
         FROM {ANSWERED_FOR}survey_round r CROSS JOIN round_frame f CROSS JOIN survey s \
         WHERE r.state = 'open' AND f.round_id = r.id AND f.organisation_id = h.organisation_id \
         AND s.id = r.survey_id AND {HAS_TIME} AND NOT EXISTS (SELECT 1 FROM response p \
         WHERE p.round_id = r.id AND p.organisation_id = f.organisation_id AND p.state = 'submitted') \
         ORDER BY r.opens_at LIMIT $most"
    )
}

/// Responses with sections that the reader was asked to fill in and that are not called ready, each with the first day
/// by which one of them is due: of organisations that have time left, and where the reader still answers
/// (`policy::reach_of_response`).
fn of_sections() -> String {
    format!(
        "SELECT 'sections' AS kind, r.id AS id, CAST(NULL AS uuid) AS application, CAST(NULL AS text) AS role, \
         p.organisation_id AS organisation_id, CAST(NULL AS uuid) AS user_id, s.code AS label, \
         min(x.assigned_at) AS since, min(x.due_on) AS due_on, r.zone AS zone \
         FROM response_assignment x JOIN response p ON p.id = x.response_id JOIN survey_round r ON r.id = p.round_id \
         JOIN round_frame f ON f.round_id = r.id AND f.organisation_id = p.organisation_id \
         JOIN survey s ON s.id = r.survey_id WHERE x.user_id = $1 AND r.state = 'open' \
         AND p.state NOT IN ('submitted', 'withdrawn') AND {HAS_TIME} AND EXISTS (SELECT 1 FROM appointment a \
         WHERE a.user_id = $1 AND a.organisation_id = p.organisation_id AND a.status = 'active' \
         AND a.role IN ('coordinator', 'ncp', 'partner', 'contributor')) \
         AND NOT EXISTS (SELECT 1 FROM response_section d \
         WHERE d.response_id = x.response_id AND d.section = x.section) \
         GROUP BY r.id, p.organisation_id, s.code, r.zone ORDER BY min(x.assigned_at) LIMIT $most"
    )
}

/// Announcements that the reader may approve (`policy::check_approver`), with the subject in a language, else in their
/// own.
fn of_announcements(language: Language) -> String {
    let subject = "SELECT v.subject FROM announcement_variant v WHERE v.announcement_id = n.id AND v.language";
    format!(
        "SELECT 'announcements' AS kind, n.id AS id, CAST(NULL AS uuid) AS application, CAST(NULL AS text) AS role, \
         CAST(NULL AS uuid) AS organisation_id, CAST(NULL AS uuid) AS user_id, \
         COALESCE(({subject} = '{language}'), ({subject} = n.default_language)) AS label, \
         COALESCE(n.submitted_at, n.created_at) AS since FROM announcement n WHERE n.status = 'submitted' \
         AND n.author_id <> $1 AND (n.submitted_by IS NULL OR n.submitted_by <> $1) \
         AND NOT EXISTS (SELECT 1 FROM announcement_writer x WHERE x.announcement_id = n.id AND x.user_id = $1) \
         ORDER BY n.id LIMIT $most"
    )
}

/// Listed contacts whose address is suppressed for good since mail came back.
fn of_bounced() -> String {
    let reasons = SuppressionReason::BOUNCES.map(|reason| format!("'{reason}'")).join(", ");
    format!(
        "SELECT 'bounced' AS kind, c.id AS id, CAST(NULL AS uuid) AS application, c.role AS role, \
         c.organisation_id AS organisation_id, c.user_id AS user_id, c.name AS label, s.created_at AS since \
         FROM mail_suppression s CROSS JOIN \"user\" p CROSS JOIN contact c WHERE p.email_key = s.address_key \
         AND c.user_id = p.id AND s.until IS NULL AND s.reason IN ({reasons}) AND c.listed \
         ORDER BY s.created_at LIMIT $most"
    )
}
