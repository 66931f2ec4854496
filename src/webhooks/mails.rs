//! The mails to the Secretariat about an endpoint that was switched off. Their texts stand in `locales/` under `mail-<kind>`.

crate::mails! {
    /// It answered that it no longer exists.
    struct WebhookGone("webhook_gone", Duty, "/webhooks/" + id) { description: String, host: String }

    /// Nothing reached it for days.
    struct WebhookFailing("webhook_failing", Duty, "/webhooks/" + id) { description: String, host: String }
}
