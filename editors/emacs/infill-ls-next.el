;;; infill-ls-next.el --- Next edits from infill-ls  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Shows what the server would change next, where it is: what goes is struck
;; out, and what comes stands behind it.  One press of the key goes there,
;; another makes it.
;;
;; An edit is for one state of the buffer: any change takes it away and asks
;; anew.

;;; Code:

(require 'cl-lib)
(require 'infill-ls-client)

(defvar evil-state)
(defvar infill-ls--ghost)
(defvar infill-ls-mode)
(declare-function infill-ls--popup-p "infill-ls")
(declare-function yas-active-snippets "yasnippet")

(defcustom infill-ls-next-edits t
  "Whether next edits are shown."
  :type 'boolean
  :group 'infill-ls)

(defcustom infill-ls-next-delay 0.15
  "Seconds without a key after which the next edit is asked for."
  :type 'number
  :group 'infill-ls)

(defface infill-ls-next '((t :inherit diff-added))
  "Face of what a next edit would put in."
  :group 'infill-ls)

(defface infill-ls-next-gone '((t :inherit diff-removed :strike-through t))
  "Face of what a next edit would take out."
  :group 'infill-ls)

(defvar-keymap infill-ls-next-map
  :doc "Keys that are active while a next edit is known or may be at once."
  "TAB" '(menu-item "" infill-ls-next-edit :filter infill-ls-next--on-tab)
  "<tab>" '(menu-item "" infill-ls-next-edit :filter infill-ls-next--on-tab)
  "M-n" '(menu-item "" infill-ls-next-edit :filter infill-ls-next--if-due)
  "M-N" '(menu-item "" infill-ls-next-edit-everywhere :filter infill-ls-next--if-known)
  "C-g" '(menu-item "" infill-ls-next-edit-dismiss :filter infill-ls-next--if-known))

(cl-defstruct infill-ls-next--edit
  "An edit: TEXT for what is from START to END, under ID, for the buffer of TICK.
Its lines are MADE, and the buffer has SIZE, when it has been made."
  id start end text tick made size overlays)

(defconst infill-ls-next--hold-s 0.3
  "Seconds after an edit was made for which a key pressed at once waits.")

(cl-defstruct infill-ls-next--hold
  "PRESSES of the key since an edit left the buffer at TICK and POINT.
They are for the edit after it, if that is known before ENDED."
  tick point ended (presses 0))

(defvar-local infill-ls-next--edit nil
  "The next edit of this buffer, if one is known.")
(defvar-local infill-ls-next--hold nil
  "What is held back since an edit was made.")
(defvar-local infill-ls-next--active nil
  "Whether `infill-ls-next-map' is active.")
(defvar-local infill-ls-next--tick nil
  "The buffer's tick after the last command.")
(defvar-local infill-ls-next--timer nil
  "The timer after which the server is asked.")

;; Behind the keys of ghost text, which is nearer, and before those of minor modes.
(add-to-list 'emulation-mode-map-alists `((infill-ls-next--active . ,infill-ls-next-map)) t)

(defun infill-ls-next-join ()
  "Show next edits in this buffer."
  (setq infill-ls-next--tick (buffer-chars-modified-tick))
  (add-hook 'post-command-hook #'infill-ls-next--after-command nil t)
  (add-hook 'window-scroll-functions #'infill-ls-next--scrolled nil t))

(defun infill-ls-next-leave ()
  "Show none any more."
  (infill-ls-next--clear)
  (when infill-ls-next--timer
    (cancel-timer infill-ls-next--timer))
  (remove-hook 'post-command-hook #'infill-ls-next--after-command t)
  (remove-hook 'window-scroll-functions #'infill-ls-next--scrolled t))

;;; Asking

(defun infill-ls-next--after-command ()
  "Take away an edit for another text, and ask anew after a change."
  (unless (eq infill-ls-next--tick (buffer-chars-modified-tick))
    (let ((edit infill-ls-next--edit))
      (setq infill-ls-next--tick (buffer-chars-modified-tick))
      (infill-ls-next--clear)
      (if (and edit (infill-ls-next--made-p edit))
          (infill-ls-next--go-on edit)
        (infill-ls-next--ask-soon))))
  (infill-ls-next-draw))

(defun infill-ls-next--ask-soon ()
  "Ask when no key has come for a moment."
  (when infill-ls-next--timer
    (cancel-timer infill-ls-next--timer))
  (let ((buffer (current-buffer)) (tick (buffer-chars-modified-tick)))
    (setq infill-ls-next--timer
          (run-with-idle-timer
           infill-ls-next-delay nil
           (lambda ()
             (when (buffer-live-p buffer)
               (with-current-buffer buffer
                 (when (eq tick (buffer-chars-modified-tick))
                   (infill-ls-next--ask)))))))))

(defun infill-ls-next--ask ()
  "Ask for the next edit of this buffer."
  (when (and infill-ls-next-edits infill-ls-mode buffer-file-name (not buffer-read-only))
    (let ((buffer (current-buffer)) (tick (buffer-chars-modified-tick)))
      (infill-ls-client-next-edit
       (lambda (edit)
         (when (buffer-live-p buffer)
           (with-current-buffer buffer
             (when (eq tick (buffer-chars-modified-tick))
               (when edit
                 (infill-ls-next--take-in edit tick))
               (infill-ls-next--catch-up)))))))))

(defun infill-ls-next--take-in (edit tick)
  "Keep and show EDIT, which is for the buffer of TICK."
  (infill-ls-next--clear)
  (when-let* ((range (plist-get edit :range))
              (start (infill-ls-client-point (plist-get range :start)))
              (end (infill-ls-client-point (plist-get range :end))))
    (setq infill-ls-next--active t
          infill-ls-next--edit
          (infill-ls-next--new (plist-get (plist-get edit :data) :id) start end (plist-get edit :text) tick))
    (infill-ls-next-draw)))

(defun infill-ls-next--new (id start end text tick)
  "The edit under ID that puts TEXT in the place of what is from START to END.
It is for the buffer of TICK."
  (let ((before (buffer-substring-no-properties (save-excursion (goto-char start) (pos-bol)) start))
        (after (buffer-substring-no-properties end (save-excursion (goto-char end) (pos-eol)))))
    (make-infill-ls-next--edit :id id :start start :end end :text text :tick tick
                               :made (concat before text after)
                               :size (+ (buffer-size) (length text) (- start end)))))

(defun infill-ls-next--made-p (edit)
  "Whether the last command has made EDIT, as ghost text of the same does."
  (and (= (buffer-size) (infill-ls-next--edit-size edit))
       (save-excursion
         (goto-char (infill-ls-next--edit-start edit))
         (beginning-of-line)
         (search-forward (infill-ls-next--edit-made edit)
                         (+ (point) (length (infill-ls-next--edit-made edit))) t))))

(defun infill-ls-next--held ()
  "What is held back, if nothing but the key was pressed since the edit was made."
  (when-let* ((hold infill-ls-next--hold))
    (and (eq (infill-ls-next--hold-tick hold) (buffer-chars-modified-tick))
         (eq (infill-ls-next--hold-point hold) (point))
         (time-less-p nil (infill-ls-next--hold-ended hold))
         hold)))

(defun infill-ls-next--catch-up ()
  "Do what the key was pressed for before the edit was known.
Where none follows, the key stays held back: it was pressed for one."
  (let ((hold (and (eq (current-buffer) (window-buffer)) (infill-ls-next--held))))
    (when (or infill-ls-next--edit (not hold))
      (setq infill-ls-next--hold nil
            infill-ls-next--active (and infill-ls-next--edit t))
      (when hold
        (dotimes (_ (infill-ls-next--hold-presses hold))
          (infill-ls-next--go))))))

;;; Showing

(defun infill-ls-next--pending ()
  "The edit, if the buffer is as it was when it came."
  (and infill-ls-next--edit
       (eq (infill-ls-next--edit-tick infill-ls-next--edit) (buffer-chars-modified-tick))
       infill-ls-next--edit))

(defun infill-ls-next-draw ()
  "Draw the edit, but not beside ghost text, which would say it twice.
Where it is not to be seen, its line's number is, behind point's line."
  (when-let* ((edit infill-ls-next--edit)
              (start (infill-ls-next--edit-start edit)))
    (infill-ls-next--erase)
    (when (and (infill-ls-next--pending) (not infill-ls--ghost))
      (setf (infill-ls-next--edit-overlays edit)
            (if-let* ((window (get-buffer-window))
                      ((not (pos-visible-in-window-p start window))))
                (list (infill-ls-next--note (point) (infill-ls-next--where start)))
              (infill-ls-next--drawn edit))))))

(defun infill-ls-next--drawn (edit)
  "Overlays that show EDIT: text to take out, text to put in, the key."
  (let* ((start (infill-ls-next--edit-start edit))
         (end (infill-ls-next--edit-end edit))
         (gone (make-overlay start end)))
    (overlay-put gone 'face 'infill-ls-next-gone)
    (overlay-put gone 'priority 900)
    (list gone
          (infill-ls-next--text end (infill-ls-next--edit-text edit) 'infill-ls-next 900)
          (infill-ls-next--note start (infill-ls-next--key)))))

(defun infill-ls-next--text (place text face priority)
  "An overlay with TEXT in FACE at PLACE, before those of lower PRIORITY."
  ;; An empty overlay stays where it is, as long as it is not to evaporate.
  (let ((overlay (make-overlay place place))
        (shown (propertize (replace-regexp-in-string "\\`\n" " \n" (or text "")) 'face face)))
    ;; Or the cursor would stand behind it.  It cannot stand on a line feed.
    (put-text-property 0 (min 1 (length shown)) 'cursor 1 shown)
    (overlay-put overlay 'priority priority)
    (overlay-put overlay 'after-string shown)
    overlay))

(defun infill-ls-next--note (place words)
  "An overlay with WORDS, if any, behind all that is shown on PLACE's line."
  (infill-ls-next--text (save-excursion (goto-char place) (pos-eol))
                        (and words (concat "  " words)) 'infill-ls-ghost-text 800))

(defun infill-ls-next--where (start)
  "The key for START, its line and its direction."
  (let ((key (infill-ls-next--key)))
    (format "%snext edit on line %d %s"
            (if key (concat key ": ") "")
            (line-number-at-pos start t)
            (if (< start (point)) "↑" "↓"))))

(defun infill-ls-next--key ()
  "The key for the edit from here, or nil where something else has it."
  (when-let* ((key (where-is-internal 'infill-ls-next-edit (list infill-ls-next-map) t)))
    (key-description key)))

(defun infill-ls-next--scrolled (window _start)
  "Draw the edit in WINDOW, too."
  (with-current-buffer (window-buffer window)
    (infill-ls-next-draw)))

(defun infill-ls-next--erase ()
  "Remove what is drawn."
  (when-let* ((edit infill-ls-next--edit)
              (overlays (infill-ls-next--edit-overlays edit)))
    (mapc #'delete-overlay overlays)
    (setf (infill-ls-next--edit-overlays edit) nil)))

(defun infill-ls-next--clear ()
  "Forget the edit."
  (infill-ls-next--erase)
  (setq infill-ls-next--edit nil
        infill-ls-next--active nil))

;;; Commands

(defun infill-ls-next--if-known (command)
  "COMMAND, if an edit is known and no popup has a use for the key, else nil."
  (and (infill-ls-next--pending) (not (infill-ls--popup-p)) command))

(defun infill-ls-next--if-due (command)
  "COMMAND, if an edit is known or may be at once, else nil.
A popup has a use of its own for the key."
  (and (or (infill-ls-next--pending) (infill-ls-next--held)) (not (infill-ls--popup-p)) command))

(defun infill-ls-next--on-tab (command)
  "COMMAND, where the key would mean nothing else, else nil.
In indentation it indents; a snippet and a selection, too, have a use of their
own for it."
  (and (infill-ls-next--if-due command)
       (not (use-region-p))
       (not (and (fboundp 'yas-active-snippets) (yas-active-snippets)))
       (not (and (bound-and-true-p evil-local-mode) (not (memq evil-state '(insert emacs)))))
       ;; While what a command did is drawn, it is not the last one yet.
       (or (eq (or this-command last-command) 'infill-ls-next-edit)
           (> (current-column) (current-indentation)))
       command))

(defun infill-ls-next--known ()
  "The edit; signal a `user-error' where there is none."
  (or (infill-ls-next--pending) (user-error "No next edit is known")))

(defun infill-ls-next-edit ()
  "Go to the next edit, or make it if point is on its line already."
  (interactive "*")
  (unless (infill-ls-next--go)
    (user-error "No next edit is known")))

(defun infill-ls-next--go ()
  "Go to the next edit or make it, or note that this is due.
Whether there is one, or may be at once."
  (if-let* ((edit (infill-ls-next--pending))
            (start (infill-ls-next--edit-start edit)))
      (if (= (line-number-at-pos start t) (line-number-at-pos nil t))
          (infill-ls-next--make edit)
        (push-mark)
        (goto-char start))
    (when-let* ((hold (infill-ls-next--held)))
      (cl-incf (infill-ls-next--hold-presses hold)))))

(defun infill-ls-next--make (edit)
  "Put EDIT into the text, as one step of undo, and ask for the one after it."
  (undo-boundary)
  (infill-ls-next--clear)
  (goto-char (infill-ls-next--edit-start edit))
  (delete-region (infill-ls-next--edit-start edit) (infill-ls-next--edit-end edit))
  (insert (infill-ls-next--edit-text edit))
  (undo-boundary)
  (infill-ls-next--go-on edit))

(defun infill-ls-next--go-on (edit)
  "EDIT was made: ask for the one after it, for which keys are held back."
  (setq infill-ls-next--tick (buffer-chars-modified-tick)
        infill-ls-next--active t
        infill-ls-next--hold
        (make-infill-ls-next--hold :tick infill-ls-next--tick :point (point)
                                   :ended (time-add nil infill-ls-next--hold-s)))
  (infill-ls-client-execute "infill-ls.accept" (vector (infill-ls-next--edit-id edit)))
  (infill-ls-next--ask))

(defun infill-ls-next-edit-everywhere ()
  "Make the next edit at all of its places."
  (interactive "*")
  (let ((id (infill-ls-next--edit-id (infill-ls-next--known))))
    (infill-ls-next--clear)
    (infill-ls-client-execute "infill-ls.applyAll" (vector id))))

(defun infill-ls-next-edit-dismiss ()
  "Take the next edit away; it does not come back."
  (interactive)
  (let ((id (infill-ls-next--edit-id (infill-ls-next--known))))
    (infill-ls-next--clear)
    (infill-ls-client-execute "infill-ls.reject" (vector id "rejected"))))

(provide 'infill-ls-next)
;;; infill-ls-next.el ends here
