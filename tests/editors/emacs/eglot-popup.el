;;; eglot-popup.el --- infill-ls as Eglot's own server  -*- lexical-binding: t; -*-

;;; Commentary:

;; Opens the file in `infill-ls-file', types `infill-ls-typed' at the end of line
;; `infill-ls-line', takes the one completion that there is, as popups do, and
;; saves.

;;; Code:

(require 'cl-lib)
(require 'eglot)

(defvar infill-ls-file)
(defvar infill-ls-line)
(defvar infill-ls-typed)

(setq eglot-sync-connect 20
      eglot-server-programs '((python-mode . ("infill-ls" "--stdio"))))
(find-file infill-ls-file)
(call-interactively #'eglot)
(goto-char (point-min))
(forward-line (1- infill-ls-line))
(end-of-line)
(insert infill-ls-typed)
(let* ((capf (eglot-completion-at-point))
       (all (all-completions (buffer-substring-no-properties (nth 0 capf) (point)) (nth 2 capf)))
       (item (car all)))
  (cl-assert (= 1 (length all)))
  (message "documentation: %s" (funcall (plist-get (nthcdr 3 capf) :company-doc-buffer) item))
  (delete-region (nth 0 capf) (point))
  (insert item)
  (funcall (plist-get (nthcdr 3 capf) :exit-function) item 'finished))
(save-buffer)
(eglot-shutdown (eglot-current-server))

;;; eglot-popup.el ends here
