;;; infill-ls-lsp.el --- infill-ls in lsp-mode  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Registers infill-ls with lsp-mode 10 as a server that runs beside others,
;; and lets its buffers show ghost text by `infill-ls-mode'.  lsp-mode's own
;; display of inline completions waits two seconds, holds Emacs up while a model
;; thinks and takes whole suggestions only; who likes it better sets
;; `infill-ls-lsp-own-display' to nil.

;;; Code:

(require 'cl-lib)
(require 'infill-ls)

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp "lsp-mode")
(declare-function lsp-find-workspace "lsp-mode")
(declare-function lsp-workspace-restart "lsp-mode")
(declare-function lsp-request-async "lsp-mode")
(declare-function lsp-notify "lsp-mode")
(declare-function lsp-cancel-request-by-token "lsp-mode")
(declare-function lsp--workspace-client "lsp-mode")
(declare-function lsp--client-server-id "lsp-mode")
(declare-function lsp-inline-completion-mode "lsp-inline-completion")
(defvar lsp--cur-workspace)
(defvar lsp-after-uninitialized-functions)
(defvar lsp-restart)
(defvar lsp-inline-completion-enable)
(defvar lsp-inline-completion-mode)

(defcustom infill-ls-lsp-own-display t
  "Whether `infill-ls-mode' shows ghost text in buffers of lsp-mode.
If nil, lsp-mode's `lsp-inline-completion-mode' does."
  :type 'boolean
  :group 'infill-ls)

;;;###autoload
(defun infill-ls-lsp-setup ()
  "Have lsp-mode start infill-ls for every buffer that it manages."
  (lsp-register-client
   (make-lsp-client
    :server-id 'infill-ls
    :new-connection (lsp-stdio-connection #'infill-ls-client-command)
    :activation-fn (lambda (_file _mode) t)
    :add-on? t
    :multi-root t
    :priority -10
    :environment-fn #'infill-ls-lsp--environment
    :initialization-options #'infill-ls-settings-options
    :notification-handlers (infill-ls-lsp--handlers)
    :after-open-fn #'infill-ls-lsp--opened))
  (add-hook 'lsp-after-uninitialized-functions #'infill-ls-lsp--ended))

(defun infill-ls-lsp--environment ()
  "What the server's environment has besides Emacs's own."
  (mapcar (lambda (entry) (let ((parts (split-string entry "="))) (cons (car parts) (string-join (cdr parts) "="))))
          (infill-ls-client-environment)))

(defun infill-ls-lsp--handlers ()
  "What is done with the server's own notifications."
  (let ((handlers (make-hash-table :test #'equal)))
    (puthash "infill-ls/status" (lambda (_workspace status) (infill-ls-client-set-status (infill-ls-lsp--plain status)))
             handlers)
    handlers))

(defun infill-ls-lsp--opened ()
  "The server knows this buffer."
  (setq infill-ls-client--given-up nil)
  (when infill-ls-lsp-own-display
    (setq-local lsp-inline-completion-enable nil)
    (when (bound-and-true-p lsp-inline-completion-mode)
      (lsp-inline-completion-mode -1))
    (unless infill-ls-client-via-lsp
      ;; A connection of our own would be a second server for the same text.
      (infill-ls-client-leave)
      (setq infill-ls-client-via-lsp t))
    (infill-ls-mode)
    ;; What was typed while the server started has a suggestion, too.
    (when (buffer-modified-p)
      (infill-ls--ask-soon))))

(defun infill-ls-lsp--ended (workspace)
  "Have lsp-mode start the server of WORKSPACE again without a question.
It would come in the middle of typing, and take the next key for its answer."
  (when (and (eq (lsp--client-server-id (lsp--workspace-client workspace)) 'infill-ls)
             (eq lsp-restart 'interactive)
             (null (cl-struct-slot-value (type-of workspace) 'shutdown-action workspace)))
    (setf (cl-struct-slot-value (type-of workspace) 'shutdown-action workspace)
          (if (infill-ls-client-start-again-p) 'restart 'shutdown))))

(defun infill-ls-lsp-restart ()
  "Start the server of this buffer anew."
  (if-let* ((workspace (lsp-find-workspace 'infill-ls buffer-file-name)))
      (lsp-workspace-restart workspace)
    (lsp)))

(defun infill-ls-lsp-request (method params success)
  "Ask METHOD with PARAMS through lsp-mode; SUCCESS is called with the result."
  (when-let* ((lsp--cur-workspace (lsp-find-workspace 'infill-ls buffer-file-name)))
    (lsp-request-async method params (lambda (result) (funcall success (infill-ls-lsp--plain result)))
                       :mode (if (equal method "textDocument/inlineCompletion") 'tick 'alive)
                       :error-handler #'ignore
                       :cancel-token (list 'infill-ls method))))

(defun infill-ls-lsp-notify (method params)
  "Send the notification METHOD with PARAMS through lsp-mode."
  (when-let* ((lsp--cur-workspace (lsp-find-workspace 'infill-ls buffer-file-name)))
    (lsp-notify method params)))

(defun infill-ls-lsp-cancel ()
  "Cancel the last request for a suggestion, if it is unanswered."
  (lsp-cancel-request-by-token '(infill-ls "textDocument/inlineCompletion")))

(defun infill-ls-lsp--plain (value)
  "VALUE with property lists for the tables in it."
  (cond ((hash-table-p value)
         (let (plist)
           (maphash (lambda (key each)
                      (setq plist (nconc (list (intern (concat ":" key)) (infill-ls-lsp--plain each)) plist)))
                    value)
           plist))
        ((vectorp value) (vconcat (mapcar #'infill-ls-lsp--plain value)))
        ;; What several servers might answer.
        ((consp value) (mapcar #'infill-ls-lsp--plain value))
        (t value)))

(provide 'infill-ls-lsp)
;;; infill-ls-lsp.el ends here
