//! Today's exceptions to the rules of the architecture, with their reasons. A fix removes its entry; an entry is only
//! added with a reason.

/// Whose a table is: the feature that alone may write it.
pub const OWNERS: [(&str, &[&str]); 31] = [
    ("adoption", &["adoption"]),
    ("announcements", &["announcement", "announcement_variant", "announcement_writer", "delivery", "digest"]),
    ("appointments", &["appointment"]),
    ("audit", &["audit_entry", "audit_network", "audit_seal"]),
    ("backup", &["backup_taken"]),
    ("changes", &["change", "change_counter", "change_noted"]),
    ("directory", &["contact", "contact_set", "contact_word"]),
    ("events", &["webhook_event"]),
    ("idempotency", &["idempotency"]),
    (
        "identity",
        &[
            "users",
            "session",
            "refresh_token",
            "signing_key",
            "device",
            "totp",
            "recovery_code",
            "passkey",
            "api_token",
            "one_time_token",
        ],
    ),
    ("imports", &["import_plan"]),
    ("jobs", &["job_try"]),
    ("key_ring", &["master_root"]),
    ("life_cycle", &["invitation", "hand_over"]),
    (
        "mail",
        &[
            "mail",
            "mail_content",
            "mail_batch",
            "mail_opt_out",
            "mail_pace",
            "mail_score",
            "mail_sender",
            "mail_suppression",
            "unread_left_out",
            "unread_report",
        ],
    ),
    ("maintenance_mode", &["maintenance_mode"]),
    ("members", &["organisation", "organisation_alias", "organisation_revision", "technology"]),
    ("member_editing", &["organisation_history"]),
    ("nominations", &["nomination"]),
    ("privacy", &["erasure"]),
    ("registrations", &["registration"]),
    ("releases", &["survey_release", "survey_release_preview"]),
    (
        "responses",
        &[
            "answer",
            "answer_history",
            "response",
            "response_assignment",
            "response_comment",
            "response_file",
            "response_presence",
            "response_section",
            "submission",
        ],
    ),
    ("restore_hold", &["restore_hold"]),
    (
        "rounds",
        &[
            "survey_round",
            "round_frame",
            "round_deadline",
            "extension_request",
            "round_reminder",
            "round_reminder_person",
        ],
    ),
    ("setbacks", &["setback"]),
    ("storage", &["stored_object"]),
    ("subscriptions", &["topic"]),
    ("surveys", &["survey", "survey_plan", "survey_version"]),
    ("throttle", &["throttle"]),
    ("webhooks", &["webhook", "webhook_subscription", "webhook_delivery"]),
];

/// Tables that another feature than their owner writes.
pub const FOREIGN_WRITES: [(&str, &str); 1] = [(
    "events writes webhook_delivery",
    "an event and its deliveries are one statement each in the unit of work that causes it",
)];

/// Features that store personal data and neither export nor erase it.
pub const NOT_PERSONAL: [(&str, &str); 2] = [
    (
        "member_editing",
        "the history of a member says by which account it was changed, by id alone, and stays when the account is a pseudonym",
    ),
    ("privacy", "the list of who was erased, by id alone, is what erases them again after a backup is restored"),
];

/// Stores of which a feature hands functions on as its own.
pub const HANDED_ON_STORES: [(&str, &str); 5] = [
    ("appointments/listing/store.rs", "a page of appointments is rows, as above: who may read which is in the filter"),
    (
        "appointments/store.rs",
        "the rows of appointments are what others use of the feature; it has no decisions between",
    ),
    ("directory/recipients/store.rs", "a reader of an announcement is a row of that query, and nothing beside"),
    ("nominations/store.rs", "to record what somebody nominated is one statement without a decision"),
    ("storage/store.rs", "to keep or release a stored object is one statement without a decision"),
];

/// Handlers that read a store: use cases that wait for a service of their feature.
pub const READING_HANDLERS: [(&str, &str); 0] = [];

/// Types that handlers read from a request and features know as values.
pub const READ_FROM_REQUESTS: [(&str, &str); 2] = [
    ("RequestContext", "who is at the other end: features write it down, and throttle by it"),
    ("IfMatch", "the version that a change was made from: the feature compares it within its unit of work"),
];

/// Arrows between top modules that close a ring.
pub const ARROWS: [(&str, &str, &str); 0] = [];

/// Units of work that judge what strangers sent.
pub const COSTLY_UNITS: [(&str, &str); 1] = [(
    "life_cycle/names.rs",
    "the four names at most of a person whose appointment of the Secretariat begins or ends, each bounded when it was taken",
)];

/// Files that are looked up, not read.
pub const LONG_FILES: [(&str, &str); 1] = [("db/schema.rs", "a list of tables, as they are in the database")];

/// Functions that are longer than they may be.
pub const LONG_FUNCTIONS: [(&str, &str); 0] = [];

/// Handlers of pages that read a form of some kilobytes before the database has decided on the right at their place: the
/// service judges it with the rest, and no list or file comes with the form.
pub const READ_FORMS: [(&str, &str); 9] = [
    ("adoption/pages/editing.rs save", "a choice for each technology"),
    ("directory/pages/editing.rs save", "the fields of a contact"),
    ("imports/pages/plan.rs commit", "one tick"),
    ("life_cycle/pages/appoint.rs appoint", "a role and a day"),
    ("life_cycle/pages/deeds.rs act", "a reason"),
    ("life_cycle/pages/letter.rs remove", "a reason"),
    ("life_cycle/pages/mandate.rs change", "two days"),
    ("life_cycle/pages/nomination.rs change", "who nominated, and when"),
    ("registrations/pages/officers.rs decide", "a reason"),
];
