//! The `operationId` of every operation: the name of a function in generated clients.
//!
//! The rule: the words of the path after `/api/v1`, without its parameters, then a verb for the method. A GET is a
//! `list` if its answer has a list in `data`, else a `get`; a PUT is a `replace`, a PATCH an `update`, a DELETE a
//! `delete`; a POST to a path with a list is a `create`. Any other POST already has a verb as the last word of its
//! path, and a file its extension. So `members_list`, `members_get`, `announcements_approve`, `contacts_csv`.
//!
//! [`EXCEPTIONS`] has the names that this rule makes wrong or twice. Programs depend on these names: a published name
//! stays, by an exception if a path or an answer changes. The name of the handler does not matter.

use utoipa::openapi::OpenApi;

use super::{Schemas, answered, is_list, operations};

/// Method, path, and the name.
const EXCEPTIONS: [(&str, &str, &str); 25] = [
    ("get", "/.well-known/jwks.json", "jwks_get"),
    ("put", "/api/v1/announcements/{id}/read", "announcements_mark_read"),
    ("delete", "/api/v1/announcements/{id}/read", "announcements_mark_unread"),
    ("post", "/api/v1/appointments/confirm", "appointments_confirm_by_link"),
    ("post", "/api/v1/appointments/{id}/{deed}", "appointments_act"),
    ("post", "/api/v1/bounces", "bounces_report"),
    ("get", "/api/v1/contacts/{id}.vcf", "contacts_get_vcf"),
    ("post", "/api/v1/invitations", "invitations_create"),
    ("post", "/api/v1/me/email", "me_email_change"),
    ("post", "/api/v1/me/mfa/recovery-codes", "me_mfa_recovery_codes_replace"),
    ("post", "/api/v1/me/mfa/totp", "me_mfa_totp_enrol"),
    ("post", "/api/v1/me/password", "me_password_change"),
    ("delete", "/api/v1/me/sessions", "me_sessions_delete_others"),
    ("get", "/api/v1/members/{code}/adoption", "members_adoption_get"),
    ("get", "/api/v1/releases/{id}/comparison", "releases_comparison_get"),
    ("get", "/api/v1/releases/{id}/own", "releases_own_get"),
    ("post", "/api/v1/responses/{id}/comments", "responses_comments_create"),
    ("post", "/api/v1/responses/{id}/presence", "responses_be_present"),
    ("get", "/api/v1/rounds/{id}/consent-check", "rounds_consent_check_get"),
    ("get", "/api/v1/rounds/{id}/frame", "rounds_frame_get"),
    ("get", "/api/v1/rounds/{id}/progress", "rounds_progress_get"),
    ("post", "/api/v1/rounds/{id}/response", "rounds_response_begin"),
    ("get", "/api/v1/surveys/{code}/trend", "surveys_trend_get"),
    ("get", "/api/v1/surveys/{code}/versions/{n}.json", "surveys_versions_json"),
    ("get", "/api/v1/surveys/{code}/versions/{n}.xlsx", "surveys_versions_xlsx"),
];

/// Names every operation.
pub(super) fn give(document: &mut OpenApi) {
    let none = Schemas::new();
    let schemas = document.components.as_ref().map_or(&none, |components| &components.schemas);
    for (path, item) in &mut document.paths.paths {
        let lists = item.get.as_ref().and_then(|get| answered(get, schemas)).is_some_and(is_list);
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path, lists));
        }
    }
}

/// The name of an operation; `lists` says whether a GET of the same path answers a list.
fn name(method: &str, path: &str, lists: bool) -> String {
    let exception = EXCEPTIONS.iter().find(|(its_method, its_path, _)| (*its_method, *its_path) == (method, path));
    if let Some((_, _, name)) = exception {
        return (*name).to_owned();
    }
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let verb = match method {
        "get" if is_file => None,
        "get" if lists => Some("list"),
        "get" => Some("get"),
        "post" if lists => Some("create"),
        "put" => Some("replace"),
        "patch" => Some("update"),
        "delete" => Some("delete"),
        _ => None,
    };
    let mut words = words(path);
    words.extend(verb.map(str::to_owned));
    words.join("_")
}

/// The words of a path, without its parameters.
fn words(path: &str) -> Vec<String> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let parts = path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
    parts.map(|part| part.replace(['-', '.'], "_")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_done_to_what() {
        for (method, path, lists, expected) in [
            ("get", "/api/v1/contacts", true, "contacts_list"),
            ("get", "/api/v1/members/{code}", false, "members_get"),
            ("get", "/api/v1/suppressions.csv", false, "suppressions_csv"),
            ("get", "/health/live", false, "health_live_get"),
            ("post", "/api/v1/webhooks", true, "webhooks_create"),
            ("post", "/api/v1/auth/keep-account", false, "auth_keep_account"),
            (
                "post",
                "/api/v1/announcements/{id}/deliveries/retry-failed",
                false,
                "announcements_deliveries_retry_failed",
            ),
            ("put", "/api/v1/mail/pace", false, "mail_pace_replace"),
            ("patch", "/api/v1/me", false, "me_update"),
            ("delete", "/api/v1/me/sessions/{id}", false, "me_sessions_delete"),
            ("delete", "/api/v1/me/sessions", true, "me_sessions_delete_others"),
        ] {
            assert_eq!(name(method, path, lists), expected);
        }
    }

    #[test]
    fn every_exception_is_of_an_operation_that_there_is() {
        let mut document = super::super::document();
        let mut left: Vec<_> = EXCEPTIONS.iter().map(|(method, path, _)| (*method, *path)).collect();
        for (path, item) in &mut document.paths.paths {
            for (method, _) in operations(item) {
                left.retain(|exception| *exception != (method, path.as_str()));
            }
        }
        assert!(left.is_empty(), "{left:?}");
    }
}
