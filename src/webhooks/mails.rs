//! The mails to the Secretariat about an endpoint: what an officer did to it, and that it was switched off. Their texts
//! stand in `locales/` under `mail-<kind>`.

crate::text_enum! {
    /// What an officer did to an endpoint.
    pub enum WebhookDeed {
        /// It is new.
        Added = "added",
        /// Its events go to another address.
        Moved = "moved",
        /// It hears of other events.
        Resubscribed = "resubscribed",
        /// It is on again.
        Enabled = "enabled",
        /// It has a new secret, which the officer has seen.
        SecretChanged = "secret_changed",
    }
}

crate::mails! {
    /// An officer added it, or changed what is sent where.
    struct WebhookSet("webhook_set", Duty, "/webhooks/" + id) {
        officer: String,
        description: String,
        host: String,
        deed: WebhookDeed,
    }

    /// It answered that it no longer exists.
    struct WebhookGone("webhook_gone", Duty, "/webhooks/" + id) { description: String, host: String }

    /// Nothing reached it for days.
    struct WebhookFailing("webhook_failing", Duty, "/webhooks/" + id) { description: String, host: String }
}
