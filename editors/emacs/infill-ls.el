;;; infill-ls.el --- Ghost text from infill-ls  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT
;; Author: The infill-ls authors
;; Maintainer: The infill-ls authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "30.1"))
;; Keywords: convenience, languages, tools

;;; Commentary:

;; Shows what the language server infill-ls suggests at point as ghost text,
;; which a key accepts: all of it, a word, or a line.
;;
;;     (add-hook 'prog-mode-hook #'infill-ls-mode)
;;
;; The mode has a connection of its own (infill-ls-client.el), so that it works
;; beside Eglot, whose buffers have one server each, and without any other
;; client.  With lsp-mode it goes through lsp-mode (infill-ls-lsp.el):
;;
;;     (with-eval-after-load 'lsp-mode (infill-ls-lsp-setup))
;;
;; This file has the ghost text and its commands; it knows nothing of how the
;; server is reached.  Next edits are in infill-ls-next.el, and what the server says
;; of itself is in infill-ls-reports.el.

;;; Code:

(require 'cl-lib)
(require 'infill-ls-client)
(require 'infill-ls-next)
(require 'infill-ls-reports)

(defvar company-candidates)
(defvar company-preview-overlay)
(defvar corfu--preview-ov)
(defvar evil-state)

(defcustom infill-ls-idle-delay 0.05
  "Seconds without a key after which the server is asked.
The server itself waits until typing pauses before it asks a model."
  :type 'number
  :group 'infill-ls)

(defcustom infill-ls-beside-popup 'at-point
  "Where ghost text goes while a popup of Company, Corfu or Emacs is open.
There is room for one line of it then, since the popup has the lines below.
The popup's own keys stay its own; `infill-ls-beside-popup-map' has the others."
  :type '(choice (const :tag "At point, or at the line's end if the popup's choice stands at point" at-point)
                 (const :tag "At the end of the line" line-end)
                 (const :tag "Nowhere, until the popup is closed" hide))
  :group 'infill-ls)

(defface infill-ls-ghost-text '((t :inherit shadow :slant italic))
  "Face of suggested text."
  :group 'infill-ls)

(defvar-keymap infill-ls-ghost-map
  :doc "Keys that are active only while ghost text is shown."
  "TAB" #'infill-ls-accept
  "<tab>" #'infill-ls-accept
  "M-f" #'infill-ls-accept-word
  "C-<right>" #'infill-ls-accept-word
  "C-e" #'infill-ls-accept-line
  "M-n" #'infill-ls-next
  "M-p" #'infill-ls-previous
  "C-g" #'infill-ls-dismiss)

(defvar-keymap infill-ls-beside-popup-map
  :doc "Keys that are active while ghost text is shown beside a popup."
  "M-RET" #'infill-ls-accept
  "M-f" #'infill-ls-accept-word
  "C-<right>" #'infill-ls-accept-word
  "C-e" #'infill-ls-accept-line)

(defvar-keymap infill-ls-mode-map
  :doc "Keys of `infill-ls-mode'; none are taken.")

(cl-defstruct infill-ls--ghost
  "Ghost text in a buffer.
The suggestion TEXT stands for what is between ANCHOR and point, and for the
first REPLACES characters after point.  HEAD and TAIL are what was before and
after it on the line: with another line around it, it is for another text."
  overlay text anchor replaces head tail items index trigger)

(defvar-local infill-ls--ghost nil
  "The ghost text of this buffer, if any is shown.")
(defvar-local infill-ls--shown nil
  "Whether `infill-ls-ghost-map' is active.")
(defvar-local infill-ls--beside nil
  "Whether `infill-ls-beside-popup-map' is active.")
(defvar-local infill-ls--tick nil
  "The buffer's tick after the last command.")
(defvar-local infill-ls--timer nil
  "The timer after which the server is asked.")

;; Above the maps of minor modes, many of which bind TAB.
(defvar infill-ls--emulation-alist `((infill-ls--shown . ,infill-ls-ghost-map)
                                     (infill-ls--beside . ,infill-ls-beside-popup-map))
  "What `emulation-mode-map-alists' is to look at.")
(add-to-list 'emulation-mode-map-alists 'infill-ls--emulation-alist)

;;;###autoload
(define-minor-mode infill-ls-mode
  "Show what infill-ls suggests at point as ghost text.
While ghost text is shown these keys are active:

\\{infill-ls-ghost-map}
Beside a completion popup (see `infill-ls-beside-popup'):

\\{infill-ls-beside-popup-map}"
  :lighter (:eval (infill-ls-client-lighter))
  (if (not infill-ls-mode)
      (infill-ls--leave)
    (setq infill-ls--tick (buffer-chars-modified-tick))
    (add-hook 'post-command-hook #'infill-ls--after-command nil t)
    (add-hook 'kill-buffer-hook #'infill-ls--leave nil t)
    (add-hook 'change-major-mode-hook #'infill-ls--leave nil t)
    (infill-ls-client-join)
    (infill-ls-next-join)))

(defun infill-ls--leave ()
  "Undo what the mode did to this buffer."
  (infill-ls--clear)
  (when infill-ls--timer
    (cancel-timer infill-ls--timer))
  (remove-hook 'post-command-hook #'infill-ls--after-command t)
  (remove-hook 'kill-buffer-hook #'infill-ls--leave t)
  (remove-hook 'change-major-mode-hook #'infill-ls--leave t)
  (infill-ls-next-leave)
  (infill-ls-client-leave))

;;; Asking

(defun infill-ls--after-command ()
  "Keep ghost text that still fits; ask for new text after a change."
  (let ((changed (not (eq infill-ls--tick (buffer-chars-modified-tick)))))
    (setq infill-ls--tick (buffer-chars-modified-tick))
    (infill-ls--refresh)
    (cond (infill-ls--ghost)
          (changed (infill-ls--ask-soon))
          (t (infill-ls--cancel-elsewhere)))))

(defvar-local infill-ls--asked-at nil
  "Tick and point of the request that runs, if any.")
(defvar-local infill-ls--asked-as nil
  "What asked for it: 1, 2 or `deep', as `infill-ls--ask' has it.")

(defun infill-ls--place ()
  "The state for which an answer is: the text, by its tick, and point."
  (cons (buffer-chars-modified-tick) (point)))

(defun infill-ls--cancel-elsewhere ()
  "Cancel the last request if point has left its place."
  (when (and infill-ls--asked-at (not (equal infill-ls--asked-at (infill-ls--place))))
    (setq infill-ls--asked-at nil)
    (infill-ls-client-cancel)))

(defun infill-ls--ask-soon ()
  "Ask when no key has come for a moment."
  (when infill-ls--timer
    (cancel-timer infill-ls--timer))
  (let ((buffer (current-buffer)) (place (infill-ls--place)))
    (setq infill-ls--timer
          (run-with-idle-timer
           infill-ls-idle-delay nil
           (lambda ()
             (when (buffer-live-p buffer)
               (with-current-buffer buffer
                 ;; Two may wait when a server has just come up.
                 (when (and infill-ls-mode buffer-file-name (not infill-ls--ghost)
                            (equal place (infill-ls--place)) (not (infill-ls--inhibited-p)))
                   (infill-ls--ask 2)))))))))

(defun infill-ls--inhibited-p ()
  "Whether ghost text would be in the way here."
  (or buffer-read-only
      (and (eq infill-ls-beside-popup 'hide) (infill-ls--popup-p))
      (use-region-p)
      (and (bound-and-true-p evil-local-mode) (not (memq evil-state '(insert emacs replace))))))

(defun infill-ls--popup-p ()
  "Whether a completion popup is open."
  (or completion-in-region-mode (bound-and-true-p company-candidates)))

(defun infill-ls--preview-p ()
  "Whether a popup has something of its own at point: the candidate that is chosen."
  (or (bound-and-true-p company-preview-overlay) (bound-and-true-p corfu--preview-ov)))

(defun infill-ls--popup-changed (&rest _)
  "Draw the ghost text anew: a popup has come, or has gone."
  (when infill-ls-mode
    (infill-ls--refresh)))

(add-hook 'completion-in-region-mode-hook #'infill-ls--popup-changed)
(add-hook 'company-completion-started-hook #'infill-ls--popup-changed)
(add-hook 'company-after-completion-hook #'infill-ls--popup-changed)

(defun infill-ls--ask (trigger &optional then)
  "Ask for suggestions at point.
TRIGGER is 1 where the user asked for it, else 2, as the protocol has it, or
`deep' where the model may look things up first.  THEN is called when the answer
is shown."
  (let ((buffer (current-buffer)) (place (infill-ls--place)))
    (setq infill-ls--asked-at place
          infill-ls--asked-as trigger)
    (when (eq trigger 'deep)
      ;; It is meant by the next request.
      (infill-ls-client-execute "infill-ls.deep" [])
      (setq trigger 1))
    (infill-ls-client-suggest
     trigger
     (lambda (items)
       (when (buffer-live-p buffer)
         (with-current-buffer buffer
           ;; Not `equal': an earlier request for this place may be answered last.
           (when (eq place infill-ls--asked-at)
             (setq infill-ls--asked-at nil)
             (when (and infill-ls-mode (equal place (infill-ls--place)) (not (infill-ls--inhibited-p)))
               (infill-ls--show items 0 trigger)
               (when then (funcall then))))))))))

(defun infill-ls--ask-again ()
  "Ask what could not be asked while there was no server."
  (with-current-buffer (window-buffer)
    (when (and infill-ls-mode (equal infill-ls--asked-at (infill-ls--place)) (not (infill-ls--inhibited-p)))
      (infill-ls--ask infill-ls--asked-as))))

(add-hook 'infill-ls-client-ready-hook #'infill-ls--ask-again)

;;; Showing

(defun infill-ls--show (items index trigger)
  "Show number INDEX of ITEMS, which came by TRIGGER, as ghost text at point."
  (infill-ls--clear)
  (when-let* ((item (nth index items))
              (text (plist-get item :insertText))
              (range (plist-get item :range))
              (start (infill-ls-client-point (plist-get range :start)))
              (end (infill-ls-client-point (plist-get range :end))))
    (when (and (<= start (point) end (pos-eol)) (>= start (pos-bol)))
      (setq infill-ls--ghost
            (make-infill-ls--ghost
             :text text :anchor (copy-marker start) :replaces (- end (point))
             :head (buffer-substring-no-properties (pos-bol) start)
             :tail (buffer-substring-no-properties (point) (pos-eol))
             :items items :index index :trigger trigger))
      (infill-ls--refresh))))

(defun infill-ls--refresh ()
  "Draw the ghost text anew, or remove it where it fits no more."
  (when-let* ((ghost infill-ls--ghost))
    (let ((rest (infill-ls--rest ghost)))
      (if (or (null rest) (string-empty-p rest))
          (infill-ls--clear)
        (infill-ls--draw ghost rest)
        (infill-ls-next-draw)))))

(defun infill-ls--rest (ghost)
  "What of GHOST is not yet in the text, or nil where it does not fit."
  (let ((start (marker-position (infill-ls--ghost-anchor ghost)))
        (text (infill-ls--ghost-text ghost)))
    (when (and start
               (<= (point-min) start (point) (+ start (length text)))
               (equal (buffer-substring-no-properties (point) (pos-eol)) (infill-ls--ghost-tail ghost))
               ;; Deletion before it takes a marker along.
               (equal (buffer-substring-no-properties (save-excursion (goto-char start) (pos-bol)) start)
                      (infill-ls--ghost-head ghost)))
      (let ((typed (buffer-substring-no-properties start (point))))
        (when (string-prefix-p typed text)
          (substring text (length typed)))))))

(defun infill-ls--draw (ghost rest)
  "Show REST of GHOST at point, and hide the text that it stands for.
Beside a popup, show one line of it, where `infill-ls-beside-popup' says."
  (let* ((popup (infill-ls--popup-p))
         (hidden (and popup (infill-ls--inhibited-p)))
         (at-end (and popup (or (eq infill-ls-beside-popup 'line-end) (infill-ls--preview-p))))
         (start (if at-end (pos-eol) (point)))
         (end (if at-end start (+ start (infill-ls--ghost-replaces ghost))))
         (shown (infill-ls--drawn rest popup at-end))
         (overlay (infill-ls--ghost-overlay ghost)))
    (if overlay
        (move-overlay overlay start end)
      (setq overlay (make-overlay start end nil t)))
    (setf (infill-ls--ghost-overlay ghost) overlay)
    (overlay-put overlay 'window (selected-window))
    (overlay-put overlay 'priority 1000)
    (overlay-put overlay 'display (and (not hidden) (< start end) shown))
    (overlay-put overlay 'after-string (and (not hidden) (= start end) shown))
    (setq infill-ls--shown (not popup)
          infill-ls--beside (and popup (not hidden)))))

(defun infill-ls--drawn (rest popup at-end)
  "REST as it is shown, beside a POPUP as one line; AT-END of a line after a gap."
  (let* ((line (and popup (concat (if (string-prefix-p "\n" rest) " ↵ " (if at-end "  " ""))
                                  (car (split-string rest "\n" t "[ \t]+"))
                                  (if (string-search "\n" (string-trim-left rest "\n")) " …" ""))))
         (shown (propertize (cond (line)
                                  ((string-prefix-p "\n" rest) (concat " " rest))
                                  (rest))
                            'face 'infill-ls-ghost-text)))
    ;; Else the cursor would stand behind the ghost text; with t, it does where
    ;; code follows.  It cannot stand on a line feed, so there is a blank before one.
    (unless at-end
      (put-text-property 0 1 'cursor 1 shown))
    shown))

(defun infill-ls--clear ()
  "Remove the ghost text."
  (when-let* ((ghost infill-ls--ghost))
    (when (infill-ls--ghost-overlay ghost)
      (delete-overlay (infill-ls--ghost-overlay ghost)))
    (set-marker (infill-ls--ghost-anchor ghost) nil))
  (setq infill-ls--ghost nil
        infill-ls--shown nil
        infill-ls--beside nil)
  (infill-ls-next-draw))

;;; Accepting

(defun infill-ls--current ()
  "The ghost text that is shown and what of it is not yet in the text.
Signal a `user-error' where there is none."
  (let* ((ghost infill-ls--ghost)
         (rest (and ghost (infill-ls--rest ghost))))
    (unless rest
      (user-error "No suggestion is shown"))
    (cons ghost rest)))

(defun infill-ls-accept ()
  "Put the whole suggestion into the text."
  (interactive "*")
  (infill-ls--accept #'identity))

(defun infill-ls-accept-word ()
  "Put the suggestion's next word into the text."
  (interactive "*")
  (infill-ls--accept #'infill-ls--first-word))

(defun infill-ls-accept-line ()
  "Put the suggestion up to the end of its line into the text.
At the end of a line, that is the next one."
  (interactive "*")
  (infill-ls--accept
   (lambda (rest)
     (string-match "\\`\n?[^\n]*" rest)
     (match-string 0 rest))))

(defun infill-ls--first-word (text)
  "The beginning of TEXT up to the end of its first word in this buffer's syntax."
  (let ((syntax (syntax-table)))
    (with-temp-buffer
      (set-syntax-table syntax)
      (insert text)
      (goto-char (point-min))
      (forward-word)
      (buffer-substring (point-min) (point)))))

(defun infill-ls--accept (piece)
  "Put what PIECE gives for the ghost text into the text."
  (pcase-let* ((`(,ghost . ,rest) (infill-ls--current))
               (taken (funcall piece rest))
               (left (substring rest (length taken))))
    (insert taken)
    (infill-ls--consume ghost left)
    (infill-ls--tell ghost left)
    (when (string-empty-p left)
      (infill-ls--clear))
    (infill-ls--refresh)))

(defun infill-ls--consume (ghost left)
  "Delete the text after point that GHOST stands for and has said before LEFT.
So there is no bracket too many if the user takes only a part.  The server says
with the item's command where each character is said again."
  (let* ((item (nth (infill-ls--ghost-index ghost) (infill-ls--ghost-items ghost)))
         (places (nth 1 (append (plist-get (plist-get item :command) :arguments) nil)))
         (taken (- (length (infill-ls--ghost-text ghost)) (length left)))
         (ahead (seq-count (lambda (place) (>= place taken)) places))
         (replaces (infill-ls--ghost-replaces ghost))
         (gone (cond ((string-empty-p left) replaces)
                     (places (max 0 (- replaces ahead)))
                     (t 0))))
    (delete-region (point) (+ (point) gone))
    (cl-decf (infill-ls--ghost-replaces ghost) gone)
    (setf (infill-ls--ghost-tail ghost) (substring (infill-ls--ghost-tail ghost) gone))))

(defun infill-ls--tell (ghost left)
  "Tell the server that all of GHOST but LEFT was taken."
  (let* ((item (nth (infill-ls--ghost-index ghost) (infill-ls--ghost-items ghost)))
         (text (infill-ls--ghost-text ghost))
         (taken (substring text 0 (- (length text) (length left)))))
    (if (not (string-empty-p left))
        (infill-ls-client-notify "textDocument/didPartiallyAcceptCompletion"
                                 (list :item item :acceptedLength (infill-ls-client-length taken)))
      (when-let* ((command (plist-get item :command)))
        (infill-ls-client-execute (plist-get command :command) (plist-get command :arguments))))))

(defun infill-ls-dismiss ()
  "Remove the suggestion; the next key asks for another."
  (interactive)
  (infill-ls--clear)
  (infill-ls-client-cancel))

;;; Commands

;;;###autoload
(defun infill-ls-complete ()
  "Ask for a suggestion here, at once."
  (interactive "*")
  (unless infill-ls-mode
    (infill-ls-mode))
  (infill-ls--ask 1))

;;;###autoload
(defun infill-ls-deep ()
  "Ask for a suggestion here, before which the model may look things up.
It reads what it needs of the project, which takes a few seconds and several
requests; the echo area says what it reads, and the next key ends it."
  (interactive "*")
  (unless infill-ls-mode
    (infill-ls-mode))
  (unless (infill-ls-client-ready-p)
    (message "infill-ls: the server is starting, and is asked as soon as it runs"))
  (infill-ls--ask 'deep))

(defun infill-ls-next ()
  "Show the next suggestion.
The server is asked for several when this is wanted for the first time."
  (interactive)
  (infill-ls--cycle 1))

(defun infill-ls-previous ()
  "Show the suggestion before this one."
  (interactive)
  (infill-ls--cycle -1))

(defun infill-ls--cycle (step)
  "Show the suggestion that is STEP after this one."
  (let* ((ghost (car (infill-ls--current)))
         (items (infill-ls--ghost-items ghost)))
    (if (and (null (cdr items)) (eq (infill-ls--ghost-trigger ghost) 2))
        (infill-ls--ask 1 (lambda () (infill-ls--turn step)))
      (infill-ls--turn step))))

(defun infill-ls--turn (step)
  "Show the suggestion that is STEP after the one shown, round in a circle."
  (when-let* ((ghost infill-ls--ghost))
    (let* ((items (infill-ls--ghost-items ghost))
           (index (mod (+ step (infill-ls--ghost-index ghost)) (length items))))
      (if (null (cdr items))
          (message "infill-ls: there is one suggestion")
        ;; Each item is for the text as it was when they came.
        (let ((point (point)) (start (marker-position (infill-ls--ghost-anchor ghost))))
          (if (/= point start)
              (message "infill-ls: part of this suggestion is in the text already")
            (infill-ls--show items index (infill-ls--ghost-trigger ghost))
            (message "infill-ls: suggestion %d of %d" (1+ index) (length items))))))))

;;;###autoload
(defun infill-ls-toggle ()
  "Switch suggestions off for all of Emacs, or on again."
  (interactive)
  (infill-ls-client-execute
   "infill-ls.toggle" []
   (lambda (on)
     (message "infill-ls: suggestions are %s" (if (eq on t) "on" "off")))))

(provide 'infill-ls)
;;; infill-ls.el ends here
