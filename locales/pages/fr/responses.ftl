### Les pages sur lesquelles une administration répond à une enquête.

## The response and its sections

response-begin = Commencer la réponse
    .body = Votre organisation n’a pas encore commencé sa réponse. Elle donne une seule réponse, à laquelle plusieurs collègues peuvent travailler en même temps. Si votre organisation a répondu à l’édition précédente, ses réponses aux questions sont reprises et signalées jusqu’à leur confirmation.
response-not-begun = Votre organisation n’a pas encore commencé sa réponse. La coordination ou le point de contact la commence.
response-sections = Rubriques
response-guide-sign = Lorsque toutes les rubriques sont prêtes, vérifiez les réponses aux questions. La réponse est ensuite validée et transmise.
response-guide-lead = Lorsque toutes les rubriques sont prêtes, vérifiez les réponses aux questions et demandez la validation. La coordination valide la réponse, qui est ensuite transmise.
response-guide-contributor = Lorsqu’une rubrique est complète, marquez-la comme prête. Un point de contact ou la coordination vérifie toutes les réponses aux questions et transmet la réponse.
response-guide-approve = La validation est demandée. Vérifiez les réponses aux questions, puis validez la réponse ou renvoyez-la pour correction.
response-guide-wait = La validation est demandée. Une fois validée par la coordination, la réponse peut être transmise.
response-guide-submit = La réponse est validée et n’est pas encore transmise. Vérifiez les réponses aux questions, puis transmettez-la.
response-next-fill = Continuer : { $section }
response-next-hand_over = Vérifier et demander la validation
response-next-approve = Vérifier et valider
response-next-submit = Vérifier et transmettre
response-progress = { COUNT($ready) ->
        [0] { $ready } rubrique prête sur { $asked }
        [one] { $ready } rubrique prête sur { $asked }
       *[other] { $ready } rubriques prêtes sur { $asked }
    }
response-own-task = confiée à vous
response-assigned = Confiée à :
response-assigned-due = { $name }, à rendre au plus tard le { DAY($day) }
response-assigned-overdue = { $name }, à rendre au plus tard le { DAY($day) } – en retard
response-present = Actuellement présents : { $names }
response-missing = { COUNT($count) ->
        [one] Une réponse à une question manque.
       *[other] { $count } réponses aux questions manquent.
    }
response-faults = { COUNT($count) ->
        [one] Une réponse à une question est à revoir.
       *[other] { $count } réponses aux questions sont à revoir.
    }
response-unconfirmed = { COUNT($count) ->
        [one] Une réponse de l’édition précédente est à confirmer.
       *[other] { $count } réponses de l’édition précédente sont à confirmer.
    }
response-done = { $name }, { DAY($at, $zone) }, { HOUR($at, $zone) } { ZONE($at, $zone) }
response-approval-ended = { $name } a modifié une réponse à une question après la validation, qui a ainsi pris fin. Veuillez valider de nouveau la réponse.
response-approval-left = { $name } avait validé la réponse et ne signe plus pour votre organisation. La validation ne compte plus. Veuillez relire la réponse et la valider de nouveau.
response-approval-revoked = La session dans laquelle { $name } avait validé la réponse a été fermée. La validation ne compte plus. Veuillez relire la réponse et la valider de nouveau.
response-shares = Avec la validation, il a été décidé que les Membres peuvent voir les réponses aux questions destinées à la communauté.
response-is-submitted = La réponse est transmise. Pour modifier une réponse à une question, veuillez d’abord la rouvrir.
    .closed = La réponse est transmise. La date limite est passée : elle ne peut plus être modifiée.
response-is-reopened = La réponse est rouverte. La dernière transmission compte jusqu’à la prochaine.
response-is-withdrawn = La réponse est retirée et ne compte pas. Vous pouvez la rouvrir et la transmettre de nouveau.
    .closed = La réponse est retirée et ne compte pas. La date limite est passée : elle ne peut plus être rouverte.
response-too-late = La date limite de votre organisation est passée ; la réponse n’est donc pas acceptée actuellement. Tout ce qui a été écrit est conservé. Vous pouvez demander une prorogation.
response-late = La date limite générale est passée. Votre organisation dispose d’un délai prorogé ; sa réponse sera marquée comme tardive.
response-changed-meanwhile = La réponse a été modifiée depuis que vous l’avez lue. Veuillez lire ce qui a été modifié avant de continuer ; ce que vous avez saisi est toujours là.
response-changed-much = La réponse a été modifiée depuis que vous l’avez lue, en plus d’endroits que cette page n’en montre. Veuillez vérifier de nouveau la réponse.
response-changes =
    .caption = Modifications depuis que vous avez lu la réponse, la plus récente en premier
    .none = Aucune réponse à une question n’a été modifiée.
response-until = Date limite :
response-place = rubrique { $number } sur { $total }
section-state-cannot_start = pas encore possible
section-state-not_started = non commencée
section-state-in_progress = en cours
section-state-ready = prête
section-state-fault = à corriger
section-state-submitted = transmise
link-response-review = Vérifier toutes les réponses aux questions
link-response-assignments = Confier des rubriques
link-response-history = Historique des réponses aux questions
link-response-receipt = Récépissés
link-response-extension = Demander une prorogation
link-back-to-response = Retour à la réponse
link-back-to-section = Retour à la rubrique
link-back-to-question = Retour à la question
link-back-to-review = Retour à la vérification
th-answering = Répond pour
th-own-response-state = Réponse
th-last-edited = Dernière modification
th-review-requested = Validation demandée
th-approved-by = Validée
th-accepted-until = Date limite
notice-response-begun = La réponse est commencée.

## A section

section-not-asked = Cette rubrique n’est pas demandée actuellement : des réponses précédentes l’excluent, ou ne sont pas encore données.
section-save = Enregistrer
section-save-next = Enregistrer et passer à la rubrique suivante
section-save-check = Enregistrer et vérifier toutes les réponses
section-ready-hint = Les réponses aux questions peuvent être modifiées jusqu’à la transmission. « Prête » indique à vos collègues que la rubrique est complète.
section-mark-ready = Marquer cette rubrique comme prête
section-incomplete = { COUNT($count) ->
        [one] Les réponses aux questions sont enregistrées. La rubrique n’est pas signalée comme prête, car une réponse reste à compléter
       *[other] Les réponses aux questions sont enregistrées. La rubrique n’est pas signalée comme prête, car { $count } réponses restent à compléter
    }
section-mark-unready = Marquer cette rubrique comme non prête
section-confirm = Confirmer toutes les réponses de « { $name } »
    .body = Veuillez d’abord lire la rubrique. Toutes les réponses reprises de l’édition précédente seront alors confirmées en votre nom et compteront pour cette édition.
    .button = Confirmer toutes les réponses de cette rubrique
notice-section-ready = « { $section } » est marquée comme prête.
notice-section-unready = « { $section } » n’est plus marquée comme prête.
notice-section-confirmed = { COUNT($count) ->
        [one] Une réponse à une question est confirmée.
       *[other] { $count } réponses aux questions sont confirmées.
    }
notice-answers-saved = Vos réponses aux questions sont enregistrées.
notice-answers-saved-anew = Vos réponses aux questions sont enregistrées. La validation de la réponse a ainsi pris fin.
notice-answers-unchanged = Toutes les réponses aux questions sont enregistrées.
notice-answers-doubtful = { COUNT($count) ->
        [one] Vos réponses aux questions sont enregistrées. L’une est à revoir avant la transmission.
       *[other] Vos réponses aux questions sont enregistrées. { $count } sont à revoir avant la transmission.
    }
answers-conflicts = { COUNT($count) ->
        [one] Une autre personne a modifié l’une de ces réponses entre-temps
       *[other] D’autres personnes ont modifié { $count } de ces réponses entre-temps
    }
answers-mark-unsaved = Pas encore enregistré
answers-said-unsaved = Pas encore enregistré.
answers-said-saving = Enregistrement …
answers-said-saved = Tout est enregistré.
answers-said-anew = Tout est enregistré. La validation de la réponse a ainsi pris fin.
answers-said-doubtful = { COUNT($count) ->
        [one] Tout est enregistré. Une réponse à une question est à revoir.
       *[other] Tout est enregistré. { $count } réponses aux questions sont à revoir.
    }
answers-said-conflict = Une autre personne a modifié une réponse à une question entre-temps. Veuillez choisir la réponse à conserver.
answers-said-offline = Pas encore enregistré : le portail est injoignable. Votre saisie est conservée dans cet onglet et sera envoyée de nouveau.
answers-signed-out = Votre session est terminée. Votre saisie est conservée dans cet onglet : veuillez vous reconnecter pour l’enregistrer.

## Comments, files, history, assignments

answer-comments = Commentaires des collègues
    .none = Il n’y a pas de commentaire.
answer-comment-hint = Pour vos collègues uniquement ; { $max } caractères au plus.
answer-comment = Commentaire
    .button = Ajouter le commentaire
notice-answer-comment-added = Le commentaire est ajouté.
link-answer-comments = { COUNT($count) ->
        [0] Commenter
        [one] 1 commentaire
       *[other] { $count } commentaires
    }
link-answer-history = Historique
link-answer-file = Déposer un fichier
link-answer-earlier = Valeurs antérieures
answer-upload = { $name }
    .body = Le fichier devient la réponse à cette question et remplace le précédent. Tous les fichiers sont conservés pour l’historique.
    .button = Déposer le fichier
answer-files = Fichiers
    .caption = Fichiers pour cette question
    .none = Il n’y a pas encore de fichier.
th-uploaded-file = Fichier
notice-answer-upload = Le fichier est enregistré comme réponse à la question.
page-answer-history = Historique des réponses aux questions
    .caption = Valeurs, la plus récente en premier
    .none = Il n’y a pas encore de réponse aux questions.
page-answer-history-of = Historique : { $question }
th-question = Question
th-answer-given = Réponse à la question
th-given-by = Par
th-given-at = Date
th-means = Moyen
means-form = dans le portail
means-import = depuis un fichier
means-prefill = reprise de l’édition précédente
means-api = par un programme
page-assignments = Qui répond à quoi
    .body = Les personnes à qui une nouvelle rubrique est confiée reçoivent un courriel. Les contributions ne voient que les rubriques qui leur sont confiées. Une rubrique n’est confiée que jusqu’à la fin de l’édition.
    .button = Enregistrer
field-assigned = Collègues
field-due_on = Au plus tard le (jour)
notice-response-assigned = La répartition des rubriques est enregistrée.
assignments-changed-meanwhile = Un ou une collègue a modifié la répartition des rubriques entre-temps. Votre choix est toujours là, et sous chaque rubrique figure ce qui est enregistré à présent. Veuillez comparer et enregistrer de nouveau.
assignments-now = À présent : { $names }
assignments-now-none = À présent : personne

## Review and submission

page-review = Vérifier la réponse
review-complete = Rien ne manque.
review-open = { COUNT($count) ->
        [one] Un point reste ouvert
       *[other] { $count } points restent ouverts
    }
review-missing = La réponse à la question manque : { $question }
    .short = manque
review-invalid = La réponse à la question est à corriger : { $question }
    .short = à corriger
review-unmet = La réponse ne correspond pas à ce qui est demandé : { $question }
    .short = ne correspond pas à ce qui est demandé
review-unconfirmed = La réponse de l’édition précédente est à confirmer : { $question }
    .short = à confirmer
review-change = Modifier les réponses aux questions
review-points-first = Réglez d’abord les points ci-dessus.
review-another-approves = Une autre personne de la coordination valide : vous avez modifié cette réponse en dernier.
review-other-steps = Autres actions
response-request-review = Demander la validation : { $name }
    .body = La coordination de votre organisation reçoit un courriel. La réponse peut encore être modifiée.
    .button = Demander la validation
response-approve = Valider la réponse : { $name }
    .body = Après votre validation, la réponse peut être transmise. La modification d’une seule réponse à une question met fin à la validation.
    .button = Valider
response-return = Renvoyer la réponse pour correction : { $name }
    .body = La réponse est renvoyée aux personnes qui l’ont écrite, avec votre motif.
    .button = Renvoyer pour correction
response-submit = Transmettre la réponse : { $name }
    .body = Le Secrétariat reçoit les réponses aux questions dans leur état actuel, et votre organisation un récépissé. Jusqu’à la date limite, la réponse peut être rouverte et transmise de nouveau ; chaque transmission est conservée.
    .button = Transmettre au Secrétariat
response-reopen = Rouvrir la réponse : { $name }
    .body = Les réponses aux questions peuvent de nouveau être modifiées. La dernière transmission compte jusqu’à la prochaine.
    .button = Rouvrir
response-withdraw = Retirer la réponse : { $name }
    .body = La transmission ne compte plus dans aucun résultat à venir. Son récépissé reste et indique le retrait.
    .button = Retirer
response-agrees-share = Les Membres peuvent voir nos réponses aux questions destinées à la communauté
response-agrees-adopt = Nos réponses sur les technologies deviennent aussi ce que l’annuaire indique de notre administration
field-agrees = Ce que votre organisation accepte
notice-response-request-review = La validation est demandée.
notice-response-approve = La réponse est validée. La réponse n’est pas encore transmise.
notice-response-return = La réponse est renvoyée pour correction.
notice-response-submit = La réponse est transmise. Voici le récépissé.
notice-response-reopen = La réponse est rouverte.
notice-response-withdraw = La réponse est retirée.

## Receipts

page-receipts = Récépissés : { $survey }
    .body = Veuillez conserver le fichier de la transmission : il permet de prouver ce que vous avez transmis.
    .caption = Transmissions, la plus récente en premier
    .none = Rien n’a encore été transmis.
receipts-confirmed = { $organisation } a transmis sa réponse à « { $survey } » le { DAY($at, $zone) } à { HOUR($at, $zone) } ({ ZONE($at, $zone) }). Le Secrétariat l’a reçue.
receipts-technical =
    .body = Un récépissé est l’empreinte SHA-256 du fichier de la transmission, qui contient un nombre aléatoire que vous seuls possédez. Chacun peut vérifier un récépissé sans voir aucune réponse.
    .caption = Récépissés, le plus récent en premier
    .none = Rien n’a encore été transmis.
page-receipt = Récépissé d’une réponse
receipt-known = Voici le récépissé d’une réponse à une enquête. Les réponses aux questions ne sont pas affichées ici.
receipt-unknown = Ceci n’est le récépissé d’aucune réponse reçue par le portail. Veuillez vérifier que l’empreinte est copiée en entier.
receipt-compare = Comparer un fichier
    .body = Avez-vous le fichier de la transmission ? Il est comparé ici avec ce qui a été transmis. Le fichier n’est pas conservé.
    .button = Comparer
receipt-hint = { SIZE($max) } au plus.
receipt-same = Le fichier est exactement celui de ce récépissé.
receipt-other = Le fichier n’est pas celui de ce récépissé.
receipt-download = Fichier de la transmission { $number }
receipt-superseded-by = remplacée par la transmission { $number }
receipt-late = tardive, avec une prorogation
receipt-state-valid = compte
receipt-state-superseded = remplacée par une transmission ultérieure
receipt-state-withdrawn = retirée
th-submission = Transmission
th-receipt-state = État
th-submitted-at = Transmise le
th-receipt = Récépissé (SHA-256)
th-snapshot = Contenu transmis
th-of-survey = Enquête
th-of-version = Version du questionnaire
th-version-sha256 = Empreinte SHA-256 du questionnaire
th-withdrawn-at = Retirée le
