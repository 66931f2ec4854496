### Éditions d’enquêtes : liste, état des réponses, dates limites, demandes de prorogation, rappels.
field-asked = Questionnaire
field-opens_at = Ouverture le
field-opens_at_time = Heure de l’ouverture (facultatif)
field-closes_at = Dernier jour
field-closes_at_time = Heure le dernier jour (facultatif)
field-min_cell = Effectif minimal
field-pairs = Tableaux de deux questions
field-is_participation_public = Les personnes interrogées voient les noms des administrations qui ont transmis leur réponse
field-reminder_days = Rappels : jours avant la date limite
field-reminder_states = Qui reçoit un rappel
field-state = État
field-scope = Pour qui
field-region = Région
field-until = Dernier jour
field-until_time = Heure le dernier jour (facultatif)
field-states = Qui reçoit un rappel
field-text = Un mot à leur adresser (facultatif)
th-round = Édition
th-opens = Ouverture
th-opened = Ouverte
th-deadline-for-all = Date limite pour tous
th-deadline = Date limite
th-own-deadline = Votre date limite
th-deadline-of = Date limite : { $name }
th-extension = Prorogation
th-zone = Fuseau horaire
th-min-cell = Effectif minimal
th-pairs = Tableaux de deux questions
th-counterpart = Édition associée
th-public = Participation
th-reminder-days = Rappels, jours avant la date limite
th-closed = Close le
th-asked = Interrogées
th-submitted = Réponses transmises
th-rate = Taux de réponse
th-rate-before = Édition précédente
th-days = Jours depuis l’ouverture
th-acceptance = Réception des réponses
th-your-response = Votre réponse
th-response-state = Réponse
th-number = N°
th-for-whom = Pour qui
th-until = Jusqu’au
th-decision = Décision
th-reminder-kind = Rappel
th-states = Qui reçoit un rappel
th-words = Un mot à leur adresser
th-people = Personnes
th-answer-of-secretariat = Réponse du Secrétariat
field-place = Administration
round-state-draft = Brouillon
round-state-waiting = Brouillon qui s’ouvre de lui-même
round-state-open = Ouverte
round-state-closed = Close
round-state-cancelled = Annulée
round-is-draft = Cette édition n’est pas encore ouverte.
round-is-open = Cette édition est ouverte.
round-is-closed = Cette édition est close.
round-is-cancelled = Cette édition a été annulée.
response-stands-not_started = Non commencée
response-stands-draft = En cours de rédaction
response-stands-in_review = En relecture
response-stands-approved = Validée
response-stands-submitted = Transmise
response-stands-reopened = Rouverte
response-stands-withdrawn = Retirée
round-name = { $survey }, { DAY($at, $zone_of_round) }
deadline-of-round = { $closing ->
        [day_end] fin du { DAY($day) } (24 h 00), { ZONE($at, $zone_of_round) }
       *[hour] { DAY($at, $zone_of_round) }, { HOUR($at, $zone_of_round) } { ZONE($at, $zone_of_round) }
    }
opening-of-round = { $closing ->
        [day_start] début du { DAY($day) } (0 h 00), { ZONE($at, $zone_of_round) }
       *[hour] { DAY($at, $zone_of_round) }, { HOUR($at, $zone_of_round) } { ZONE($at, $zone_of_round) }
    }
deadline-of-reader = pour vous { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }
deadline-in-utc = { DAY($at, $utc) }, { HOUR($at, $utc) } UTC
round-time-hint = Heure
    .start = Sans heure, l’édition s’ouvre au début du jour.
    .chosen = Sans heure, les réponses sont acceptées jusqu’à la fin du jour (24 h 00).
    .end = Dans le fuseau horaire de l’édition ({ $of_round }). Sans heure, c’est la fin du jour (24 h 00).
page-rounds = Éditions
    .body = Une édition soumet une version d’un questionnaire à toutes les administrations interrogées, de son ouverture à sa date limite.
    .caption = Éditions
    .none = Il n’y a pas de telle édition.
link-own-response = Réponse de votre organisation
link-rounds = Toutes les éditions
link-round-new = Nouvelle édition
link-back-to-round = Retour à l’édition
link-round-edit = Modifier l’édition
link-frame = Qui est interrogé
link-deadlines = Toutes les dates limites
link-deadline-new = Reporter une date limite
link-deadline-file = Date limite pour votre calendrier
link-back-to-deadlines = Retour aux dates limites
link-extensions = Demandes de prorogation
link-extension-new = Demander une prorogation
link-back-to-extensions = Retour aux demandes
link-reminders = Rappeler l’enquête à qui n’a pas transmis
link-back-to-reminders = Retour aux rappels
link-counterpart = Édition de l’enquête associée
page-round-new = Nouvelle édition
    .body = Une édition commence comme brouillon. Personne n’est interrogé tant que vous ne l’avez pas ouverte. À l’ouverture, chaque personne qui peut répondre reçoit un courriel.
    .button = Créer l’édition
    .asked = Seules les versions publiées peuvent faire l’objet d’une édition.
    .zone = Les jours et heures de l’édition sont dans ce fuseau. Chaque personne les voit aussi dans le sien et en UTC.
    .opens = Les Membres de ce jour sont interrogés, avec leur région de ce jour.
    .closes = La première date limite. Elle peut être reportée ensuite, pour tous, une région ou une administration.
    .cell = De 3 à 10. Les effectifs inférieurs sont masqués dans les résultats.
    .specialists = Pour les spécialistes : tableaux croisant deux questions (facultatif)
    .pairs = Un tableau par ligne : le code d’une question, une espace, et la notion selon laquelle elle est ventilée. Les codes figurent dans les pages de la version ; une fois l’édition créée, la page qui la modifie les donne ici, pour 60 questions au plus.
    .reminders = Rappels
    .counterpart = L’édition de l’enquête associée, dont les résultats peuvent être comparés.
    .alone = Aucune
    .public = Seulement le fait d’avoir transmis, jamais une réponse.
    .days = Rappels envoyés automatiquement, séparés par des virgules : 14, 7, 1. Laissez vide pour aucun.
    .states = Les rappels automatiques vont aux personnes dont la réponse est dans l’un de ces états ce jour-là.
page-round-edit = Modifier l’édition : { $name }
    .draft = Tout peut être modifié jusqu’à l’ouverture de l’édition.
    .open = L’édition est ouverte : seuls les rappels et la publicité de la participation peuvent encore être modifiés. Les dates limites sont reportées sur la page de toutes les dates limites.
    .closed = L’édition est close et ne peut plus être modifiée.
    .cancelled = L’édition a été annulée et ne peut plus être modifiée.
    .button = Enregistrer l’édition
round-changed-meanwhile = Une autre personne a modifié cette édition entre-temps. Veuillez comparer avec sa page et envoyer de nouveau le formulaire.
round-changed-since = L’édition a été modifiée depuis que vous l’avez lue ; elle figure ici dans son état actuel. Veuillez la lire avant de décider ; ce que vous avez saisi est toujours là.
notice-round-made = L’édition est créée. Personne n’est interrogé tant que vous ne l’avez pas ouverte.
notice-round-changed = L’édition est modifiée.
round-pair = « { $question } » selon « { $other } »
round-codes =
    .caption = Questions de cette version avec leurs codes
    .none = Il n’y a pas de questions.
round-results = Résultats de cette édition
round-more = En savoir plus sur cette édition
round-public-yes = Les personnes interrogées voient qui a transmis sa réponse
round-public-no = Seul le Secrétariat voit qui a transmis sa réponse

## Actes
round-open = Ouvrir l’édition : { $name }
    .body = La liste des administrations interrogées est arrêtée : les Membres actifs au jour de l’ouverture, avec leur région de ce jour. Ensuite, le questionnaire, le fuseau horaire et l’effectif minimal ne peuvent plus être modifiés, et les réponses sont acceptées jusqu’à la date limite. Chaque personne qui peut répondre reçoit un courriel.
    .later = Le jour de l’ouverture n’est pas encore venu : l’édition s’ouvrira d’elle-même le { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }.
    .button = Ouvrir l’édition
round-close = Clore l’édition : { $name }
    .body = Aucune réponse n’est plus acceptée, même des administrations qui ont obtenu une prorogation. Les réponses en cours sont conservées. Une date limite reportée à un jour ultérieur rouvre l’édition.
    .button = Clore l’édition
round-cancel = Annuler l’édition : { $name }
    .body = L’édition est annulée définitivement. Aucune réponse n’est plus acceptée, et il n’y aura pas de résultats. Ce qui a été saisi est conservé.
    .button = Annuler l’édition
notice-round-opened = { COUNT($count) ->
        [0] L’édition est ouverte.
        [one] L’édition est ouverte et interroge 1 administration.
       *[other] L’édition est ouverte et interroge { $count } administrations.
    }
notice-round-scheduled = L’édition s’ouvrira d’elle-même.
notice-round-closed = L’édition est close.
notice-round-cancelled = L’édition est annulée.

## État des réponses
round-participation = Participation
    .until = À la date limite, le { DAY($day) }. Les réponses reçues ensuite, avec prorogation, sont comptées dans les résultats.
round-waiting = Demandes de prorogation en attente
tile-detail = Réponses transmises : { $submitted } sur { $frame }
progress =
    .caption = Réponses par région
    .none = Personne n’est interrogé.
progress-all = Toutes
pace = Taux de réponse au fil du temps
    .caption = Taux de réponse selon les jours depuis l’ouverture
    .none = Il n’y a pas encore de chiffres.
pace-percent = { $percent } %
pace-description = { $percent } % des administrations interrogées ({ $count } sur { $frame }) ont transmis leur réponse { COUNT($days) ->
        [0] le jour de l’ouverture
        [one] 1 jour après l’ouverture
       *[other] { $days } jours après l’ouverture
    }. Le tableau ci-dessous contient les mêmes chiffres.
pace-days = { COUNT($days) ->
        [0] 0 jour
        [one] 1 jour
       *[other] { $days } jours
    }
pace-legend = Trait plein : cette édition, selon les jours depuis son ouverture. Ligne verticale pointillée : la date limite pour tous.
    .last = Tirets : l’édition précédente.
page-frame = Qui est interrogé : { $name }
    .body = { COUNT($count) ->
        [0] Personne n’est encore interrogé.
        [one] { $audience ->
            [partner] 1 organisme partenaire est interrogé.
           *[member] 1 administration est interrogée.
        } Cela ne change plus.
       *[other] { $audience ->
            [partner] { $count } organismes partenaires sont interrogés.
           *[member] { $count } administrations sont interrogées.
        } Cela ne change plus.
    }
    .caption = Qui est interrogé
    .none = Il n’y a pas de telle organisation.
standing-open = Les réponses sont acceptées
standing-closed = Les réponses ne sont pas acceptées
standing-extended = Une prorogation a été accordée

## Dates limites

page-deadlines = Dates limites : { $name }
    .body = Les dates limites ne sont jamais modifiées, seulement ajoutées. La date limite la plus récente pour tous fait foi ; ce qui a été accordé à une région ou à une administration demeure.
    .caption = Dates limites
    .none = Il n’y a aucune date limite avant l’ouverture de l’édition.
scope-all = Tous
scope-region = Une région
scope-organisation = Une administration
scope-no-region = – à choisir avec « Une région » –
scope-no-place = – à choisir avec « Une administration » –
deadline-new = Reporter une date limite : { $name }
    .body = La nouvelle date limite prend effet immédiatement, pour les pages, les calendriers et les rappels. Une région ou une administration peut obtenir plus de temps, jamais moins. Une date ultérieure rouvre une édition close. Personne n’en est informé par courriel.
    .button = Reporter la date limite
    .reason = Les personnes concernées lisent ce motif.
notice-deadline-added = La date limite est ajoutée. Personne n’en a été informé. Envoyez un rappel à celles et ceux qui n’ont pas transmis.

## Demandes de prorogation

page-extensions = Demandes de prorogation : { $name }
    .caption = Demandes de prorogation
    .none = Personne n’a demandé de prorogation.
extension-state-open = En attente d’une décision
extension-state-granted = Accordée
extension-state-declined = Refusée
extension-new = Demander une prorogation : { $name }
    .body = Le Secrétariat décide et répond par courriel. D’ici là, votre date limite reste la même.
    .button = Envoyer la demande
    .reason = Le Secrétariat lit ce motif.
    .nobody = Une prorogation est demandée par la coordination d’une administration interrogée, ou par les personnes d’un organisme partenaire.
extension-grant = Accorder une prorogation : { $name }
    .body = La date limite de cette administration est reportée immédiatement. Une réponse après la date limite des autres est marquée comme tardive. Les personnes qui l’ont demandée en sont informées par courriel.
    .button = Accorder la prorogation
    .reason = Un mot aux personnes qui l’ont demandée (facultatif).
    .of = Accorder ({ $name })
extension-decline = Refuser une prorogation : { $name }
    .body = La date limite reste la même. Les personnes qui l’ont demandée en sont informées par courriel.
    .button = Refuser la demande
    .reason = Les personnes qui l’ont demandée lisent ce motif.
    .of = Refuser ({ $name })
extension-is-decided = Cette demande a déjà fait l’objet d’une décision.
notice-extension-asked = La demande est envoyée au Secrétariat.
notice-extension-granted = La prorogation est accordée.
notice-extension-declined = La demande est refusée.
tasks-surveys = Enquêtes en attente de réponse
    .caption = Enquêtes en attente de réponse
    .none = Aucune enquête n’attend de réponse.
    .all = Toutes les éditions
tasks-left = { COUNT($days) ->
        [0] moins d’un jour
        [one] 1 jour
       *[other] { $days } jours
    }
    .none = la date limite est passée
th-time-left = Temps restant
tasks-sections = Rubriques à remplir
    .caption = Rubriques à remplir
    .none = Aucune rubrique ne vous est confiée.
    .all = Toutes les éditions
tasks-due = { DAY($day) }
tasks-overdue = { DAY($day) } – en retard
th-due = Au plus tard le
tasks-extensions = Demandes de prorogation
    .caption = Demandes de prorogation
    .none = Aucune demande n’attend.
    .all = Toutes les éditions

## Rappels

page-reminders = Rappels : { $name }
    .body = Un courriel aux personnes dont la réponse est dans l’un de ces états. Vous voyez d’abord qui le recevrait ; rien n’est encore envoyé.
    .button = Voir qui le recevrait
    .text = Le courriel le cite tel que vous l’écrivez. Le reste est dans la langue de chaque personne.
reminders-sent =
    .caption = Rappels envoyés
    .none = Aucun rappel n’a encore été envoyé.
reminder-by-calendar = { COUNT($days) ->
        [0] Automatique
        [one] Automatique, 1 jour avant la date limite
       *[other] Automatique, { $days } jours avant la date limite
    }
reminder-by-secretariat = Par le Secrétariat
reminder-at-opening = À l’ouverture
reminder-send = { COUNT($name) ->
        [0] Personne ne reçoit de rappel
        [one] Rappeler l’enquête à 1 personne
       *[other] Rappeler l’enquête à { $name } personnes
    }
    .body = Chaque personne reçoit un seul courriel. Qui transmet sa réponse avant l’envoi n’en reçoit pas.
    .button = Envoyer le rappel
    .more = Le rappel atteindrait à présent plus de personnes que ce qui vous avait été indiqué ; il n’a donc pas été envoyé. Veuillez relire la liste ci-dessous avant de l’envoyer.
    .none = Personne ne recevrait de rappel. Veuillez choisir d’autres états.
    .nobody = Il n’y a personne à qui écrire pour : { $names }
reminder-told =
    .caption = Qui recevrait le rappel
    .none = Personne ne recevrait de rappel.
notice-reminder-sent = { COUNT($count) ->
        [0] Personne n’a reçu de rappel.
        [one] 1 personne reçoit un rappel.
       *[other] { $count } personnes reçoivent un rappel.
    }
