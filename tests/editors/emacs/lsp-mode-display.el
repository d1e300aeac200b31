;;; lsp-mode-display.el --- infill-ls shown by lsp-mode itself  -*- lexical-binding: t; -*-

;;; Commentary:

;; Opens the file in `infill-ls-file', types `infill-ls-typed' at the end of line
;; `infill-ls-line', accepts what lsp-mode shows, and saves.

;;; Code:

(require 'cl-lib)
(require 'lsp-mode)
(require 'lsp-inline-completion)
(require 'infill-ls-lsp)

(defvar infill-ls-file)
(defvar infill-ls-line)
(defvar infill-ls-typed)
(defvar infill-ls-ghost)

(defun infill-ls-wait (predicate)
  "Wait until PREDICATE is true."
  (with-timeout (20 (error "Never true: %S" predicate))
    (while (not (funcall predicate))
      (accept-process-output nil 0.05))))

(setq infill-ls-lsp-own-display nil
      lsp-auto-guess-root t
      lsp-enable-snippet nil)
(infill-ls-lsp-setup)
(find-file infill-ls-file)
(lsp-workspace-folders-add default-directory)
(lsp)
(infill-ls-wait (lambda () (lsp-feature? "textDocument/inlineCompletion")))
(infill-ls-wait (lambda () lsp-inline-completion-mode))
(cl-assert (not infill-ls-mode))
(goto-char (point-min))
(forward-line (1- infill-ls-line))
(end-of-line)
(insert infill-ls-typed)
(lsp-inline-completion-display)
(let ((shown (overlay-get lsp-inline-completion--overlay 'after-string)))
  (cl-assert (string-suffix-p infill-ls-ghost (substring-no-properties shown)) t))
(lsp-inline-completion-accept)
(save-buffer)

;;; lsp-mode-display.el ends here
