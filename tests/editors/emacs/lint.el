;;; lint.el --- What Emacs's own tools say of the package  -*- lexical-binding: t; -*-

;;; Commentary:

;; Byte-compiles the package in the folder `infill-ls-folder', and has
;; package-lint and checkdoc look at it.  Exits with 1 if any has anything to
;; say.

;;; Code:

(require 'bytecomp)
(require 'checkdoc)
(require 'package-lint)

(defvar infill-ls-folder)

(defvar lint-found nil
  "What was found.")

(setq byte-compile-error-on-warn t
      checkdoc-create-error-function
      (lambda (text start _end &optional _unfixable)
        (push (format "%s:%s: checkdoc: %s" (buffer-name) (line-number-at-pos start t) text) lint-found)
        nil))

(add-to-list 'load-path infill-ls-folder)
(dolist (file (directory-files infill-ls-folder t "\\.el\\'"))
  (with-current-buffer (find-file-noselect file)
    (setq-local package-lint-main-file (expand-file-name "infill-ls.el" infill-ls-folder))
    (pcase-dolist (`(,line ,_column ,kind ,text) (package-lint-buffer))
      ;; The project has no public address yet.
      (unless (equal text "Package should have a Homepage or URL header.")
        (push (format "%s:%s: package-lint: %s: %s" (buffer-name) line kind text) lint-found)))
    (checkdoc-current-buffer t))
  (unless (eq (byte-compile-file file) t)
    (push (format "%s: byte-compiler: see above" file) lint-found)))

(dolist (each (reverse lint-found))
  (message "%s" each))
(kill-emacs (if lint-found 1 0))

;;; lint.el ends here
