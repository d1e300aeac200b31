;;; infill-ls-settings.el --- What the server infill-ls is told of its settings  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The user's values of the settings (infill-ls-custom.el) as the server's
;; `initializationOptions', and the environment variable that its key is in.

;;; Code:

(require 'seq)
(require 'infill-ls-custom)

(defun infill-ls-settings-options ()
  "The settings that are not nil, as the server's `initializationOptions'."
  (let ((options (list :status t :nextEdit t)))
    (pcase-dolist (`(,variable ,group ,name ,kind) infill-ls-custom--names)
      (when-let* ((value (default-value variable)))
        (setq options (plist-put options group (plist-put (plist-get options group) name
                                                          (infill-ls-settings--sent kind value))))))
    options))

(defun infill-ls-settings--sent (kind value)
  "VALUE of a setting of KIND as JSON has it."
  (pcase kind
    ('strings (vconcat value))
    ((or 'table 'languages 'switches 'prices)
     (let ((table (make-hash-table :test #'equal)))
       (pcase-dolist (`(,key . ,each) value)
         (puthash key (or each :json-false) table))
       table))
    (_ value)))

(defun infill-ls-settings-key-variable ()
  "Name of the environment variable that the server takes its key from."
  (or (default-value 'infill-ls-provider-api-key-env)
      (let* ((kind (default-value 'infill-ls-provider-kind))
             (url (default-value 'infill-ls-provider-base-url))
             (host (and url (string-match "\\`[^/]*//\\([^/:]+\\)" url) (match-string 1 url))))
        (cadr (or (assoc kind infill-ls-custom--services)
                  (and host (seq-find (lambda (row) (seq-some (lambda (end) (string-suffix-p end host)) (cddr row)))
                                      infill-ls-custom--services))
                  (assoc (if url "openai" "model-studio") infill-ls-custom--services))))))

(provide 'infill-ls-settings)
;;; infill-ls-settings.el ends here
