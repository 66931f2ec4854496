### Rédaction, approbation et envoi des annonces.

page-authoring-manage = Gérer les annonces
page-authoring-new = Rédiger une annonce
page-authoring-edit = Modifier l’annonce
page-authoring-delete = Supprimer le brouillon
page-authoring-preview = Aperçu : { $language }
page-authoring-recipients = Destinataires
page-authoring-test = Envoyer un essai
page-authoring-submit = Soumettre pour approbation
page-authoring-decide = Approuver ou rejeter l’annonce
page-authoring-send = Envoyer l’annonce
page-authoring-schedule = Programmer l’annonce
page-authoring-progress = Avancement de l’envoi
page-authoring-cancel = Annuler l’annonce
page-authoring-deliveries = Chaque courriel
page-authoring-acknowledgements = Confirmations de lecture
page-authoring-markdown = Aide à la rédaction des textes (Markdown)
notice-authoring-saved = L’annonce a été enregistrée. Vérifiez l’aperçu et les destinataires, puis passez à l’étape suivante.
notice-authoring-deleted = Le brouillon a été supprimé.
notice-authoring-tested = { COUNT($count) ->
        [one] Un courriel d’essai est en route vers { $email }.
       *[other] { $count } courriels d’essai sont en route vers { $email }.
    }
notice-authoring-submitted = L’annonce a été soumise. Les autres personnes du Secrétariat ont été informées par courriel.
notice-authoring-approved = Vous avez approuvé l’annonce. Elle peut maintenant être envoyée ou programmée.
notice-authoring-rejected = Vous n’avez pas approuvé l’annonce. Elle est de nouveau un brouillon, et son auteur a été informé.
notice-authoring-sent = L’envoi a commencé.
notice-authoring-scheduled = L’annonce est programmée.
notice-authoring-unscheduled = L’annonce n’est plus programmée.
notice-authoring-paused = L’envoi est suspendu. Aucun courriel ne part plus avant sa reprise.
notice-authoring-resumed = L’envoi a repris.
notice-authoring-cancelled = L’annonce a été annulée. Les courriels qui n’étaient pas partis ne seront plus envoyés.
notice-authoring-retried = Les courriels en échec seront envoyés de nouveau.
authoring-steps = Étapes de cette annonce
authoring-step-edit = Modifier le texte et l’audience
authoring-step-preview = Aperçu
authoring-step-recipients = Destinataires
authoring-step-test = Envoyer un essai
authoring-step-submit = Soumettre pour approbation
authoring-step-decide = Approuver ou rejeter
authoring-step-send = Envoyer
authoring-step-schedule = Programmer
authoring-step-progress = Avancement
authoring-step-deliveries = Chaque courriel
authoring-step-acknowledgements = Confirmations de lecture
authoring-step-cancel = Annuler l’annonce
authoring-step-delete = Supprimer le brouillon
authoring-fact-approved = Approuvée le
authoring-fact-planned = Sera envoyée le
authoring-fact-begun = Envoi commencé le
authoring-fact-finished = Envoi terminé le
authoring-fact-cause = Constaté par le portail
authoring-fact-reason = Motif donné par une personne
    .quoted = « { $reason } »
authoring-reason-overdue = son heure était passée avant l’envoi
authoring-reason-many_failures = de nombreux envois ont échoué
authoring-reason-many_turned_back = de nombreux courriels ont été renvoyés
authoring-reason-set_aside = une erreur du portail l’a interrompue plusieurs fois
authoring-reason-overruled = reprise par une personne après une suspension automatique
authoring-reason-planner_left = la personne qui l’a programmée ne peut plus envoyer d’annonces
authoring-reason-approver_left = la personne qui l’a approuvée ne peut plus approuver d’annonces
authoring-reason-plan_revoked = la session dans laquelle elle a été programmée a été fermée
authoring-reason-approval_revoked = la session dans laquelle elle a été approuvée a été fermée
authoring-reason-no_recipients = elle n’a plus de destinataires
authoring-reason-approval_needed = elle nécessite l’approbation d’une seconde personne
authoring-reason-public_approval_needed = tout le monde peut la lire, et aucune seconde personne ne l’a approuvée
authoring-reason-content_changed = son texte n’est plus celui qui a été approuvé
authoring-reason-language_missing = une langue qu’elle doit comporter manque
authoring-reason-not_started = l’envoi n’a pas pu commencer
authoring-by-state = Annonces par état
authoring-state-all = Toutes
authoring-state-draft = Brouillons
authoring-state-submitted = En attente d’approbation
authoring-state-approved = Approuvées
authoring-state-scheduled = Programmées
authoring-state-sending = En cours d’envoi
authoring-state-paused = Suspendues
authoring-state-sent = Envoyées
authoring-state-cancelled = Annulées
authoring-state-held = Retenues
authoring-none = Il n’y a pas encore d’annonce ici. Sélectionnez « Rédiger une annonce » pour en commencer une.
authoring-column-subject = Objet
authoring-column-state = État
authoring-column-recipients = Destinataires
authoring-column-time = Début de l’envoi
authoring-not-sent = Non envoyée
authoring-column-name = Nom
authoring-column-administration = Administration
authoring-column-email = Adresse électronique
authoring-column-language = Langue
authoring-column-mail = Courriel
authoring-column-tries = Tentatives
authoring-column-answer = Motif ou réponse
authoring-column-sent = Envoyé le
authoring-column-acknowledged = Confirmée le
authoring-what = Thème et langue
field-topic = Thème
authoring-official = Avis officiel, sans thème
authoring-topic-hint = Chacun peut se désabonner d’un thème. Un avis officiel n’a pas de thème et est envoyé à tous.
field-default_language = Langue par défaut
authoring-default-hint = Pour les lecteurs dans la langue desquels il n’y a pas de texte.
authoring-audience = Audience
authoring-audience-hint = Un champ vide ne restreint pas l’audience. Chaque destinataire répond à au moins un choix de chaque champ rempli.
authoring-more-conditions = Cette audience comporte d’autres conditions, fixées par un programme. Elles restent inchangées.
authoring-condition = { $field } : { $values }
authoring-conditions = Chaque condition s’applique à tout destinataire. De plusieurs valeurs, une seule suffit.
authoring-condition-any = Au moins une de ces conditions : { $parts }
authoring-condition-all = Toutes ces conditions : { $parts }
authoring-condition-none = Aucune de ces conditions : { $parts }
authoring-condition-and = { $first } ; { $second }
authoring-condition-unwilling = Le Membre n’est pas disposé à partager son expérience
authoring-condition-everybody = Toutes les personnes de l’annuaire, sauf celles des organismes partenaires
authoring-recipients-counted = Destinataires par mode d’envoi
field-audience-regions = Régions
field-audience-roles = Rôles
field-audience-members = Membres
authoring-members-hint = Ouvrez une région pour choisir ses Membres. Si vous n’en choisissez aucun, l’audience comprend les Membres de toutes les régions.
field-audience-technologies = Technologies que le contact connaît
field-audience-languages = Langues que parle le contact
authoring-languages-hint = Noms de langues, séparés par des virgules, par exemple français, portugais.
field-audience-adoption-technologies = Technologies indiquées par le Membre
field-audience-adoption-states = Stade de ces technologies chez le Membre
field-audience-adoption-willing_to_share = Le Membre est disposé à partager son expérience
authoring-texts = Textes
authoring-texts-hint = Rédigez l’annonce dans une langue au moins. Les langues laissées vides ne sont pas utilisées.
authoring-no-text = Rédigez l’annonce dans une langue au moins.
authoring-write-in = { $language ->
        [en] Rédiger en anglais
        [fr] Rédiger en français
        [es] Rédiger en espagnol
        [ar] Rédiger en arabe
        [ru] Rédiger en russe
       *[pt] Rédiger en portugais
    }
authoring-subject = Objet ({ $language })
authoring-body = Texte ({ $language }), { WHOLE($max) } caractères au plus
field-required_languages = Langues obligatoires : pas d’envoi sans elles
authoring-options = Options
field-acknowledge = Demander aux lecteurs de confirmer la lecture
field-public = Publique : lisible sans compte, aussi dans le flux public
authoring-save = Enregistrer et afficher l’aperçu
authoring-voids = Si vous modifiez quoi que ce soit, l’annonce redevient un brouillon et perd son approbation et sa programmation.
authoring-chosen = Oui
authoring-not-chosen = Non
authoring-delete-consequence = Le brouillon et tous ses textes sont supprimés. Cette action est irréversible.
authoring-delete-button = Supprimer le brouillon
authoring-preview-languages = Langues de l’aperçu
authoring-recipients-now = { COUNT($count) ->
        [one] Adressée à 1 personne actuellement.
       *[other] Adressée à { $count } personnes actuellement.
    }
authoring-addressed = { COUNT($count) ->
        [one] Adressée à 1 personne.
       *[other] Adressée à { $count } personnes.
    }
authoring-text-in = { $language } :
authoring-size = Taille du courriel : { SIZE($bytes) }.
authoring-clipped = Le courriel est si grand que certains programmes n’en affichent que le début. Raccourcissez le texte.
authoring-stripped = Le texte contient des images, des scripts ou d’autres éléments HTML. Ils sont supprimés, et les lecteurs ne les voient pas.
authoring-as-page = En courriel et sur le portail
authoring-as-text = En courriel sans mise en forme
authoring-count-recipients = Personnes auxquelles elle est adressée
authoring-count-skipped = Dont sans courriel : désabonnées ou adresse bloquée
authoring-count-digest = Dont dans leur prochain récapitulatif
authoring-count-language = Langue : { $language }
authoring-count-asked = Personnes invitées à confirmer
authoring-shown-recipients = Destinataires affichés
authoring-show-all = Tous les destinataires
authoring-show-left_out = Seulement ceux qui ne reçoivent pas de courriel maintenant
authoring-no-recipients = Personne n’est sélectionné. Modifiez l’audience de l’annonce.
authoring-gets-mail = Reçoit le courriel
authoring-skip-opted_out = Pas de courriel : désabonné du thème
authoring-skip-suppressed = Pas de courriel : l’adresse est bloquée
authoring-skip-left = Pas de courriel : n’est plus un contact
authoring-skip-digest = Dans le prochain récapitulatif
authoring-test-consequence = L’essai est envoyé aux personnes du Secrétariat que vous choisissez, avec la mention [TEST], tel qu’une personne de l’audience le lirait. Aucun destinataire ne le reçoit.
authoring-test-languages = Langues de l’essai (toutes, si aucune n’est choisie)
authoring-test-people = Qui reçoit l’essai (vous seul, si personne n’est choisi)
authoring-test-button = Envoyer l’essai
authoring-submit-consequence = Une autre personne du Secrétariat est invitée à lire et à approuver l’annonce. Une personne qui l’a rédigée ou soumise ne peut pas l’approuver.
authoring-approval-optional = Cette annonce peut aussi être envoyée sans approbation.
authoring-submit-button = Soumettre pour approbation
authoring-not-now = Cela n’est pas possible dans l’état actuel de l’annonce.
authoring-writers = Rédigée par
authoring-readable-by = Lisible par
authoring-readable-by-anybody = Tout le monde, sans compte (publique)
    .later = Tout le monde, sans compte, dès son envoi (publique)
authoring-readable-by-recipients = Ses destinataires et le Secrétariat
authoring-asks-readers = Les lecteurs sont priés de confirmer qu’ils l’ont lue
authoring-submitted-by = Soumise par
authoring-changes = Modifications depuis la dernière approbation
authoring-never-approved = Cette annonce n’a encore jamais été approuvée.
authoring-no-changes = Les textes et l’audience sont ceux qui ont été approuvés.
authoring-approved-then = Version approuvée
authoring-written-now = Maintenant
authoring-approve = Approuver
authoring-approve-consequence = { COUNT($count) ->
        [one] Votre approbation vaut exactement pour les textes et l’audience de cette page. Ensuite, l’annonce pourra être envoyée à 1 personne.
       *[other] Votre approbation vaut exactement pour les textes et l’audience de cette page. Ensuite, l’annonce pourra être envoyée à { $count } personnes.
    }
authoring-approve-button = Approuver cette annonce
authoring-own-text = Vous avez rédigé ou soumis cette annonce : une autre personne du Secrétariat doit l’approuver.
authoring-reject = Rejeter
authoring-reject-consequence = L’annonce redevient un brouillon. Son auteur reçoit votre motif par courriel.
authoring-reject-button = Rejeter cette annonce
authoring-reason-hint = Facultatif ; conservé dans le dossier.
authoring-nothing-to-decide = Il n’y a rien à décider : l’annonce n’attend pas d’approbation.
authoring-was-for = { COUNT($count) ->
        [one] À l’ouverture de cette page, c’était 1 personne.
       *[other] À l’ouverture de cette page, c’étaient { $count } personnes.
    }
authoring-send-consequence = Les courriels commencent à partir aussitôt. Vous pouvez suspendre ou annuler l’envoi, mais les courriels partis ne peuvent pas être rappelés.
authoring-send-button = { COUNT($count) ->
        [one] Envoyer à 1 personne
       *[other] Envoyer à { $count } personnes
    }
authoring-needs-approval = Cette annonce doit être approuvée par une seconde personne avant d’être envoyée. Soumettez-la pour approbation.
authoring-planned = Programmée pour le { DAY($at, $zone_of_plan) } à { HOUR($at, $zone_of_plan) } { ZONE($at, $zone_of_plan) }.
authoring-schedule-consequence = L’annonce est envoyée d’elle-même à cette heure, aux personnes qui font alors partie de son audience.
field-send_at = Jour
field-time = Heure
authoring-time-hint = Dans le fuseau horaire ci-dessous. Si les horloges sautent cette heure ce jour-là, ou l’affichent deux fois, il vous est demandé laquelle vous voulez dire.
field-zone = Fuseau horaire
authoring-zone-hint = Choisissez UTC, ou une ville dont les horloges affichent l’heure.
field-offset = Quelle heure voulez-vous dire ?
authoring-schedule-button = Programmer pour cette heure
authoring-unschedule = Annuler la programmation
authoring-unschedule-consequence = L’annonce n’est plus envoyée d’elle-même. Une approbation reste valable.
authoring-unschedule-button = Annuler la programmation
authoring-ended = Courriels traités
    .of = { $ended } sur { $total }
    .none = Aucun courriel n’a été préparé.
authoring-counted = Comptés le { $time }.
authoring-update = Actualiser ces chiffres
authoring-pause = Suspendre
authoring-pause-consequence = Les courriels qui ne sont pas partis attendent la reprise de l’envoi.
authoring-pause-button = Suspendre l’envoi
authoring-resume = Reprendre
authoring-resume-button = Reprendre l’envoi
authoring-cancel-consequence = { COUNT($count) ->
        [one] 1 courriel n’est pas parti et ne sera jamais envoyé. Les courriels partis ne peuvent pas être rappelés. Cette action est irréversible.
       *[other] { $count } courriels ne sont pas partis et ne seront jamais envoyés. Les courriels partis ne peuvent pas être rappelés. Cette action est irréversible.
    }
authoring-cancel-before = L’annonce ne sera jamais envoyée. Cette action est irréversible.
authoring-cancel-button = Annuler définitivement l’annonce
authoring-mails-all = Tous
authoring-mails-pending = En attente d’un premier essai
authoring-mails-leased = En cours
authoring-mails-deferred = En attente d’un nouvel essai
authoring-mails-sent = Envoyés
authoring-mails-failed = En échec
authoring-mails-skipped = Écartés : désabonnés ou adresse bloquée
authoring-mails-cancelled = Annulés avant leur départ
authoring-mails-bounced = Renvoyés après l’envoi
authoring-mails-complaints = Signalés comme indésirables
authoring-mail-pending = En attente de la première tentative
authoring-mail-leased = En cours
authoring-mail-deferred = En attente d’une nouvelle tentative
authoring-mail-sent = Envoyé
authoring-mail-failed = En échec
authoring-mail-skipped = Écarté : désabonné ou adresse bloquée
authoring-mail-cancelled = Annulé avant son départ
authoring-mail-bounced = Renvoyé après l’envoi
authoring-mail-complaints = Signalé comme indésirable
authoring-by-delivery = Courriels par état
authoring-kept-until = Cette liste est conservée jusqu’au { $time }.
authoring-retry-button = { COUNT($count) ->
        [one] Envoyer de nouveau le courriel en échec
       *[other] Envoyer de nouveau les { $count } courriels en échec
    }
authoring-no-deliveries = Il n’y a pas de courriel dans cet état.
authoring-deliveries-file = Télécharger tous les courriels avec leur état (CSV)
authoring-collapsed = La liste des destinataires de cette annonce n’est plus conservée. Son avancement montre encore les chiffres.
authoring-cause-route = L’acheminement vers le serveur est interrompu :
authoring-cause-message = Le texte ou l’expéditeur a été refusé :
authoring-cause-mailbox = La boîte ne reçoit pas de courriel pour le moment :
authoring-cause-address = Cette adresse n’existe pas :
authoring-by-acknowledgement = Personnes par confirmation
authoring-acknowledged-all = Toutes
authoring-acknowledged-acknowledged = Ont confirmé
authoring-acknowledged-missing = N’ont pas confirmé
authoring-nobody = Personne ne figure encore dans cette liste.
authoring-not-yet = Pas encore
authoring-acknowledgements-file = Télécharger toutes les confirmations (CSV)
markdown-about = Les textes des annonces sont rédigés en Markdown : du texte simple avec quelques marques. Laissez une ligne vide entre les paragraphes. Une adresse telle que https://www.wcoomd.org devient d’elle-même un lien.
markdown-typed = Vous écrivez
markdown-gives = Les lecteurs voient
markdown-heading = Un titre ; davantage de signes # donnent des titres plus petits
markdown-strong = Des mots importants en gras
markdown-emphasis = Des mots en italique
markdown-list = Une liste à puces
markdown-steps = Une liste numérotée
markdown-link = Un lien avec votre propre texte
markdown-quotation = Une citation
markdown-table = Un tableau
markdown-places = Le nom du lecteur, son administration, et le lien de désabonnement du thème
markdown-limits = Les images, les styles, les formulaires et les scripts sont retirés. Un texte compte 20 000 caractères au plus. Les champs personnels ne sont possibles ni dans l’objet, ni dans l’adresse d’un lien, ni dans une annonce publique.
