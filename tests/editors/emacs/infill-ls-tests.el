;;; infill-ls-tests.el --- Unit tests of infill-ls in Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; Ghost text and its acceptance in a buffer, and what the server is told of a
;; buffer's text and of the settings.  No server runs.

;;; Code:

(require 'cl-lib)
(require 'ert)
(require 'infill-ls)

;;; Next edits

(defun infill-ls-tests--next-edit (line from to text)
  "The server says that from FROM to TO on LINE there is TEXT next."
  (infill-ls-next--take-in
   `(:text ,text :data (:id "1") :range (:start (:line ,line :character ,from) :end (:line ,line :character ,to)))
   (buffer-chars-modified-tick)))

(ert-deftest infill-ls-tests-next-edit-off-the-screen ()
  "Where it is, and the key that goes there: TAB indents where no code is."
  (with-temp-buffer
    (insert "one()\n\nthree()\n")
    (infill-ls-tests--next-edit 2 6 6 "a")
    (let ((start (infill-ls-next--edit-start (infill-ls-next--pending))))
      (pcase-dolist (`(,place ,said) '((6 "TAB: next edit on line 3 ↓") (7 "M-n: next edit on line 3 ↓")
                                       (15 "TAB: next edit on line 3 ↑") (16 "M-n: next edit on line 3 ↑")))
        (goto-char place)
        (should (equal (infill-ls-next--where start) said))))))

(defun infill-ls-tests--drawn ()
  "What is drawn at which places, by rank; the cursor stands before all of it."
  (infill-ls-next-draw)
  (mapcar (lambda (overlay)
            (let ((text (overlay-get overlay 'after-string)))
              (should (or (equal text "") (equal (get-text-property 0 'cursor text) 1)))
              (list (overlay-start overlay) (substring-no-properties text))))
          (sort (seq-filter (lambda (each) (overlay-get each 'after-string)) (overlays-in (point-min) (point-max)))
                :key (lambda (each) (overlay-get each 'priority)) :reverse t)))

(ert-deftest infill-ls-tests-next-edit-names-its-key ()
  "Behind its line: the one that is the user's, and does it from where point is; none where a popup has both."
  (with-temp-buffer
    (insert "one()\n\nthree()\n")
    (infill-ls-tests--next-edit 2 6 6 "a")
    (should (equal (infill-ls-tests--drawn) '((14 "a") (15 "  M-n"))))
    (goto-char 6)
    (should (equal (infill-ls-tests--drawn) '((14 "a") (15 "  TAB"))))
    (let ((completion-in-region-mode t))
      (should (equal (infill-ls-tests--drawn) '((14 "a") (15 "")))))
    (let ((infill-ls-next-map (define-keymap "C-o" #'infill-ls-next-edit)))
      (should (equal (infill-ls-tests--drawn) '((14 "a") (15 "  C-o")))))
    ;; Right after it has gone there, the key makes it.
    (goto-char 8)
    (let ((this-command 'infill-ls-next-edit))
      (should (equal (infill-ls-tests--drawn) '((14 "a") (15 "  TAB")))))
    (infill-ls-tests--next-edit 2 7 7 "\nfour()")
    (should (equal (infill-ls-tests--drawn) '((15 " \nfour()") (15 "  M-n"))))))

(ert-deftest infill-ls-tests-next-edit-of-several-lines-in-a-windows-file ()
  "Line ends stay the file's own."
  (let ((file (make-temp-file "infill-ls" nil ".txt" "one()\r\nthree()\r\n"))
        (make-backup-files nil))
    (unwind-protect
        (with-current-buffer (find-file-noselect file)
          (infill-ls-tests--next-edit 1 7 7 "\nfour()")
          (cl-letf (((symbol-function 'infill-ls-next--go-on) #'ignore))
            (infill-ls-next--make (infill-ls-next--pending)))
          (save-buffer)
          (kill-buffer)
          (with-temp-buffer
            (insert-file-contents-literally file)
            (should (equal (buffer-string) "one()\r\nthree()\r\nfour()\r\n"))))
      (delete-file file))))

;;; What the server says of itself

(defconst infill-ls-tests--record
  '(:time "2026-01-02T03:04:05.678+00:00" :trigger "automatic" :outcome "gated" :sentence "No." :ms (:total 0.4)))

(ert-deftest infill-ls-tests-why ()
  "Sentences, with the time on the clock on the wall; the same several times is one line."
  (unwind-protect
      (pcase-dolist (`(,zone ,time) '(("JST-9" "12:04:05") ("EST+5" "22:04:05") (t "03:04:05")))
        (set-time-zone-rule zone)
        (should (equal (infill-ls-reports--why (vector infill-ls-tests--record infill-ls-tests--record))
                       (format "The last time: No.\n\n%s  No. (2 times)  0 ms" time))))
    (set-time-zone-rule nil))
  (should (equal (infill-ls-reports--why []) "No suggestion has been asked for in this buffer yet."))
  (should (string-prefix-p "The last time: gated" (infill-ls-reports--why
                                                   (list (append '(:sentence nil) infill-ls-tests--record))))))

(ert-deftest infill-ls-tests-prompt ()
  "A prompt is shown as it is sent; where nothing is sent, it says why."
  (let ((base '(:model "m" :mode "fim" :max_tokens 9 :messages [] :unsent nil)))
    (should (equal (infill-ls-reports--prompt (append base '(:text "<a>one\ntwo")))
                   "# m, fim, about 3 tokens; the answer at most 9\n<a>one\ntwo"))
    (should (string-prefix-p "Nothing is sent" (infill-ls-reports--prompt (append base '(:text "")))))
    (should (equal (infill-ls-reports--prompt (append '(:unsent "It is private.") base '(:text "one")))
                   "Nothing is sent. It is private."))
    (should (equal (infill-ls-reports--prompt
                    (append '(:messages [(:role "user" :content "Go on." :partial :json-false)
                                         (:role "assistant" :content "one" :partial t)])
                            base))
                   "# m, fim, about 3 tokens; the answer at most 9
# user\nGo on.\n# assistant (to be continued)\none\n"))))

(ert-deftest infill-ls-tests-usage ()
  "Figures by model and by day, with bars."
  (let* ((local '(:day "2026-01-02" :model "local" :shown 11 :accepted 7 :calls 0 :prompt 0 :completion 0 :cost []))
         (model '(:day "2026-01-01" :model "m" :shown 9 :accepted 3 :calls 12 :prompt 3456 :completion 78
                       :cost [["USD" 0.0123]]))
         (said (infill-ls-reports--usage (vector local model))))
    (should (string-prefix-p "Since 2026-01-01, 20 suggestions were shown, and 10 of them accepted (50 %).\n" said))
    (should (string-search "m                      9        3       12       3456       78  0.0123 USD  █" said))
    (should (string-search (concat "\nembedded engine       11        7        0          0        0    "
                                   (make-string 20 ?█) "\n")
                           said))
    (should-not (string-search "Deep" said))
    (should (string-search
             "(50 %).\nDeep suggestions: 3, for 1200 of these tokens, 0.0100 USD.\n\nModel"
             (infill-ls-reports--usage (vector local (append model '(:deep 3 :deep_tokens 1200 :deep_cost [["USD" 0.01]]))))))
    (should (string-search
             "Deep suggestions: 1, for 9 of these tokens.\n"
             (infill-ls-reports--usage (vector (append model '(:deep 1 :deep_tokens 9 :deep_cost []))))))
    (should (equal (infill-ls-reports--usage []) "Nothing has been used so far."))))

(ert-deftest infill-ls-tests-doctor ()
  "Each finding, and how many are wrong."
  (should (equal (infill-ls-reports--checks [(:name "settings" :ok t :sentence "Good.")
                                             (:name "completion" :ok :json-false :sentence "Bad.")])
                 "One thing is wrong.\n\n✓ settings: Good.\n✗ completion: Bad.\n")))

(ert-deftest infill-ls-tests-setup ()
  "What was found, and the lines for one of it; what to install where that is nothing."
  (should (equal (infill-ls-reports--engines
                  '(:found [(:kind "ollama" :address "http://h" :model "a" :fills t)
                            (:kind "ollama" :address "http://h" :model "b" :fills :json-false)
                            (:kind "vllm" :address "http://i" :model "c" :fills nil)]
                    :install nil :lines "[provider]\n"))
                 (concat "ollama at http://h: a, fills in the middle\nollama at http://h: b, does not fill in the middle\n"
                         "vllm at http://i: c, may fill in the middle\n\n[provider]\n")))
  (should (equal (infill-ls-reports--engines '(:found [] :install "Get one." :lines nil)) "Get one.")))

(ert-deftest infill-ls-tests-setup-writes-where-one-agrees ()
  "Nothing is written before that, and the server is started anew then."
  (let ((asked nil) (restarted 0))
    (cl-letf (((symbol-function 'infill-ls-client-execute)
               (lambda (_command arguments &optional success)
                 (push (plist-get (aref arguments 0) :write) asked)
                 (funcall success (if (eq (car asked) t)
                                      '(:written "/home/me/config.toml" :checks [(:name "server" :ok t :sentence "Good.")])
                                    '(:found [] :lines "[provider]\n")))))
              ((symbol-function 'run-at-time) (lambda (_time _repeat function &rest arguments) (apply function arguments)))
              ((symbol-function 'infill-ls-restart) (lambda () (cl-incf restarted)))
              ((symbol-function 'yes-or-no-p) (lambda (&rest _) nil)))
      (save-window-excursion (infill-ls-setup))
      (should (equal (list asked restarted) '((:json-false) 0)))
      (cl-letf (((symbol-function 'yes-or-no-p) (lambda (&rest _) t)))
        (save-window-excursion (infill-ls-setup)))
      (should (equal (list asked restarted) '((t :json-false :json-false) 1)))
      (with-current-buffer "*infill-ls setup*"
        (should (string-search "Written to /home/me/config.toml." (buffer-string)))
        (should (string-search "✓ server: Good." (buffer-string)))))))

(ert-deftest infill-ls-tests-missing-server ()
  "What is said names no index, and the doctor says it, too."
  (let ((infill-ls-command '("no-such-program" "--stdio"))
        (infill-ls-client--given-up nil)
        (infill-ls-client--connection nil))
    (should-not (infill-ls-client--running))
    (should (string-search "no-such-program was not found" infill-ls-client--given-up))
    (should-not (string-search "pip " infill-ls-client--given-up))
    (save-window-excursion (infill-ls-doctor))
    (with-current-buffer "*infill-ls doctor*"
      (should (string-search "✗ server: The program no-such-program was not found" (buffer-string))))))

(ert-deftest infill-ls-tests-mode-is-off ()
  "A file that the mode is off in is not one that nothing was asked for in; no server is started for it."
  (dolist (command '(infill-ls-why infill-ls-show-prompt))
    (with-temp-buffer
      (setq buffer-file-name "/p/notes.txt")
      (let ((failure (should-error (funcall command) :type 'user-error)))
        (should (string-search "M-x infill-ls-mode switches it on" (cadr failure))))
      (set-buffer-modified-p nil)))
  (should-not infill-ls-client--connection))

(ert-deftest infill-ls-tests-empty-log ()
  "An empty window says nothing."
  (with-current-buffer (get-buffer-create infill-ls-client-log-buffer)
    (erase-buffer))
  (should (equal (infill-ls-log) "infill-ls: the log is empty")))

(ert-deftest infill-ls-tests-no-file ()
  "A buffer without a file, such as *scratch*, is asked for nothing while one types."
  (with-temp-buffer
    (prog-mode)
    (infill-ls-mode)
    (infill-ls--ask-soon)
    (funcall (timer--function infill-ls--timer))
    (cancel-timer infill-ls--timer)
    (should-not infill-ls--asked-at)
    (should-error (infill-ls-why) :type 'user-error)
    (infill-ls-mode -1)))

;;; Ghost text

(defun infill-ls-tests--put (marked)
  "Put MARKED into the current buffer, with point where its `|' is."
  (insert marked)
  (goto-char (point-min))
  (search-forward "|")
  (delete-char -1))

(defun infill-ls-tests--item (text replaces)
  "An item with TEXT at point that replaces so many characters as REPLACES says.
That is their number, or where TEXT has each of them again."
  (let ((count (if (listp replaces) (length replaces) replaces)))
    (append
     (list :insertText text
           :range (list :start (infill-ls-client-position (point))
                        :end (infill-ls-client-position (+ (point) count))))
     (when (consp replaces)
       (list :command (list :command "accepted" :arguments (vector "1" (vconcat replaces))))))))

(defun infill-ls-tests--ghost ()
  "What is shown as ghost text, or nil."
  (when infill-ls--ghost
    (let ((overlay (infill-ls--ghost-overlay infill-ls--ghost)))
      (should (= (overlay-start overlay) (point)))
      (should infill-ls--shown)
      (substring-no-properties (or (overlay-get overlay 'after-string) (overlay-get overlay 'display))))))

(defun infill-ls-tests--marked ()
  "The buffer's text with a `|' at point."
  (concat (buffer-substring-no-properties (point-min) (point)) "|"
          (buffer-substring-no-properties (point) (point-max))))

(defun infill-ls-tests--check (marked text replaces steps after ghost)
  "Show TEXT at the mark of MARKED, then take STEPS.
Each step is a command or a string to type.  Then the buffer is AFTER and shows
GHOST.  TEXT stands for REPLACES characters behind the mark."
  (with-temp-buffer
    (prog-mode)
    (infill-ls-tests--put marked)
    (infill-ls--show (list (infill-ls-tests--item text replaces)) 0 2)
    (dolist (step steps)
      (if (stringp step)
          (insert step)
        (call-interactively step))
      (infill-ls--refresh))
    (should (equal (list text steps (infill-ls-tests--marked) (infill-ls-tests--ghost))
                   (list text steps after ghost)))))

(ert-deftest infill-ls-tests-accepting ()
  "Whole, by word and by line, also over brackets that are there already."
  (pcase-dolist (`(,marked ,text ,replaces ,steps ,after ,ghost)
                 '(("x = |" "1 + 2" 0 (infill-ls-accept) "x = 1 + 2|" nil)
                   ("x = |" "one + two" 0 (infill-ls-accept-word) "x = one|" " + two")
                   ("x = |" "one + two" 0 (infill-ls-accept-word infill-ls-accept-word) "x = one + two|" nil)
                   ("x = |" "one + two" 0 (infill-ls-accept-word infill-ls-accept) "x = one + two|" nil)
                   ("x = |" "one()" 0 (infill-ls-accept-word infill-ls-accept-word) "x = one()|" nil)
                   ("if x:|\n" "\n    a\n    b" 0 (infill-ls-accept-line) "if x:\n    a|\n" " \n    b")
                   ("if x:|\n" "\n  a\n  b" 0 (infill-ls-accept-line infill-ls-accept-line) "if x:\n  a\n  b|\n" nil)
                   ("x = |\n" "1\ny = 2" 0 (infill-ls-accept-line) "x = 1|\n" " \ny = 2")
                   ("f(|)\n" "a, b)" 1 (infill-ls-accept) "f(a, b)|\n" nil)
                   ("f(|)\n" "a, b)" (4) (infill-ls-accept-word) "f(a|)\n" ", b)")
                   ("f(|)\n" "g(1), h)" (7) (infill-ls-accept-word infill-ls-accept-word) "f(g(1|)\n" "), h)")
                   ("f(|)\n" "g(1), h)" (7) (infill-ls-accept-word infill-ls-accept-word infill-ls-accept-word)
                    "f(g(1), h|)\n" ")")
                   ("f(|)\n" "a) + b + c" (1) (infill-ls-accept-word infill-ls-accept-word) "f(a) + b|\n" " + c")
                   ("f(|)\n" "a):\n    pass" (1) (infill-ls-accept-line) "f(a):|\n" " \n    pass")
                   ("f(|)\n" ")\n  a(b, c)" (0) (infill-ls-accept-word) "f()\n  a|\n" "(b, c)")
                   ("- '|'\n" "a'\n- 'b'" (1) (infill-ls-accept-line) "- 'a'|\n" " \n- 'b'")
                   ("f(|) {}\n" "a) {\n}" (1 3 3 5) (infill-ls-accept-line) "f(a) {|}\n" " \n}")
                   ("x = '漢🙂' + |\n" "名('🙂')" 0 (infill-ls-accept) "x = '漢🙂' + 名('🙂')|\n" nil)
                   ("f('|🙂')\n" "漢🙂" 1 (infill-ls-accept) "f('漢🙂|')\n" nil)))
    (infill-ls-tests--check marked text replaces steps after ghost)))

(ert-deftest infill-ls-tests-typing-along ()
  "What is suggested can be typed and taken back; anything else removes the suggestion."
  (pcase-dolist (`(,marked ,text ,replaces ,steps ,after ,ghost)
                 '(("x = |" "1 + 2" 0 () "x = |" "1 + 2")
                   ("x = |" "1 + 2" 0 ("1" " ") "x = 1 |" "+ 2")
                   ("x = |" "1 + 2" 0 ("1" " " delete-backward-char) "x = 1|" " + 2")
                   ("x = |" "1 + 2" 0 (delete-backward-char) "x =|" nil)
                   ("x = |" "1 + 2" 0 ("1 + 2") "x = 1 + 2|" nil)
                   ("x = |" "1 + 2" 0 ("2") "x = 2|" nil)
                   ("x = |" "1 + 2" 0 (backward-char) "x =| " nil)
                   ("x = |" "1 + 2" 0 (infill-ls-dismiss) "x = |" nil)
                   ("f(|)" "a)" 1 ("a") "f(a|)" ")")
                   ("f(|)" "a)" 1 ("a" forward-char) "f(a)|" nil)
                   ("f|\nx" "(\nx)" 0 ("(") "f(|\nx" " \nx)")))
    (infill-ls-tests--check marked text replaces steps after ghost)))

(ert-deftest infill-ls-tests-elsewhere ()
  "An item for another place is not shown."
  (with-temp-buffer
    (infill-ls-tests--put "a\nb|\nc")
    (dolist (range '(((0 . 1) (0 . 1)) ((1 . 1) (2 . 0)) ((1 . 2) (1 . 2)) ((7 . 0) (7 . 0))))
      (pcase-let ((`((,line . ,column) (,end-line . ,end-column)) range))
        (infill-ls--show (list (list :insertText "x"
                                     :range (list :start (list :line line :character column)
                                                  :end (list :line end-line :character end-column))))
                         0 2)
        (should-not infill-ls--ghost)))
    (infill-ls--show nil 0 2)
    (should-not infill-ls--ghost)))

(ert-deftest infill-ls-tests-several ()
  "Next and previous go round; a suggestion that is partly in the text stays."
  (with-temp-buffer
    (infill-ls-tests--put "x = |")
    (infill-ls--show (mapcar (lambda (text) (infill-ls-tests--item text 0)) '("one" "two" "three")) 0 1)
    (dolist (step '((infill-ls-next . "two") (infill-ls-next . "three") (infill-ls-next . "one")
                    (infill-ls-previous . "three")))
      (call-interactively (car step))
      (should (equal (infill-ls-tests--ghost) (cdr step))))
    (insert "th")
    (infill-ls--refresh)
    (infill-ls-next)
    (should (equal (infill-ls-tests--ghost) "ree"))))

(ert-deftest infill-ls-tests-keys ()
  "The keys are there only while ghost text is."
  (with-temp-buffer
    (prog-mode)
    (infill-ls-tests--put "x = |")
    (should-not (eq (key-binding (kbd "TAB")) #'infill-ls-accept))
    (infill-ls--show (list (infill-ls-tests--item "1" 0)) 0 2)
    (should (eq (key-binding (kbd "TAB")) #'infill-ls-accept))
    (should (eq (key-binding (kbd "C-e")) #'infill-ls-accept-line))
    (infill-ls-dismiss)
    (should-not (eq (key-binding (kbd "TAB")) #'infill-ls-accept))
    (should-error (infill-ls-accept) :type 'user-error)))

;;; What the server is told

(defclass infill-ls-tests-connection (jsonrpc-connection)
  ((sent :initform nil :accessor infill-ls-tests-sent))
  "A connection that only notes what is sent.")

(cl-defmethod jsonrpc-connection-send ((connection infill-ls-tests-connection) &rest message)
  "Note MESSAGE of CONNECTION."
  (push message (infill-ls-tests-sent connection)))

(defun infill-ls-tests--apply (text change)
  "TEXT after a CHANGE as the protocol has it, by lines that end with line feeds only."
  (if (not (plist-get change :range))
      (plist-get change :text)
    (with-temp-buffer
      (insert text)
      (let* ((range (plist-get change :range))
             (start (infill-ls-client-point (plist-get range :start)))
             (end (infill-ls-client-point (plist-get range :end))))
        (delete-region start end)
        (goto-char start)
        (insert (plist-get change :text))
        (buffer-string)))))

(defun infill-ls-tests--heard (connection text)
  "The TEXT as the server has it after all that was sent over CONNECTION."
  (dolist (message (nreverse (infill-ls-tests-sent connection)))
    (seq-doseq (change (plist-get (plist-get message :params) :contentChanges))
      (setq text (infill-ls-tests--apply text change))))
  (setf (infill-ls-tests-sent connection) nil)
  text)

(ert-deftest infill-ls-tests-changes ()
  "After any edits the server has the same text as the buffer."
  (let* ((connection (infill-ls-tests-connection))
         (infill-ls-client--connection connection)
         (infill-ls-client--ready t)
         (file (make-temp-file "infill-ls" nil ".py" "漢 = '🙂'\nx\n\nreturn 1\n")))
    (random "infill-ls")
    (unwind-protect
        (with-current-buffer (find-file-noselect file)
          (infill-ls-client-join)
          (let ((text (buffer-string)))
            (dotimes (_ 300)
              (dotimes (_ (1+ (random 3)))
                (goto-char (1+ (random (1+ (buffer-size)))))
                (if (zerop (random 3))
                    (delete-region (point) (min (point-max) (+ (point) (random 9))))
                  (insert (nth (random 6) '("a" "漢" "🙂" "\n" "f(x)\n" "\n\n  ")))))
              (save-restriction
                (narrow-to-region (point) (point-max))
                (infill-ls-client--sync))
              (setq text (infill-ls-tests--heard connection text))
              (should (equal text (buffer-string)))))
          (should infill-ls-client--uri)
          (set-buffer-modified-p nil)
          (let ((buffer (current-buffer)))
            (infill-ls-client-leave)
            (should (equal (plist-get (car (infill-ls-tests-sent connection)) :method) :textDocument/didClose))
            (kill-buffer buffer)))
      (delete-file file))))

(ert-deftest infill-ls-tests-taking-is-told ()
  "Parts by their length so far in UTF-16, the whole by the item's command."
  (let* ((connection (infill-ls-tests-connection))
         (infill-ls-client--connection connection)
         (infill-ls-client--ready t))
    (with-temp-buffer
      (prog-mode)
      (setq infill-ls-client--tracker (track-changes-register #'ignore)
            buffer-file-name "/tmp/infill-ls.py")
      (infill-ls-tests--put "x = |")
      (let ((item (append (infill-ls-tests--item "🙂 two" 0) '(:command (:command "accepted" :arguments ["7"])))))
        (infill-ls--show (list item) 0 2)
        (infill-ls-accept-word)
        (should (equal (plist-get (car (infill-ls-tests-sent connection)) :params)
                       (list :item item :acceptedLength 2)))
        (infill-ls-accept)
        (should (equal (plist-get (car (infill-ls-tests-sent connection)) :params)
                       '(:command "accepted" :arguments ["7"]))))
      (setq buffer-file-name nil))))

(ert-deftest infill-ls-tests-text-that-cannot-be-sent ()
  "What the protocol cannot say is said by one other character each, so that columns stay."
  (with-temp-buffer
    (insert "a\r\nb" (string (unibyte-char-to-multibyte #xff)) (string #xd800) "🙂")
    (should (equal (infill-ls-client--text (point-min) (point-max)) "a \nb\ufffd\ufffd🙂"))
    (should (json-serialize (infill-ls-client--text (point-min) (point-max))))))

(ert-deftest infill-ls-tests-addresses ()
  "Names of files become addresses."
  (dolist (case '(("/tmp/a b.py" . "file:///tmp/a%20b.py") ("/tmp/漢#?.py" . "file:///tmp/%E6%BC%A2%23%3F.py")))
    (with-temp-buffer
      (setq buffer-file-name (car case))
      (should (equal (infill-ls-client-uri) (cdr case)))
      (setq buffer-file-name nil))))

(ert-deftest infill-ls-tests-languages ()
  "Major modes have the protocol's names."
  (dolist (case '((python-mode . "python") (python-ts-mode . "python") (c++-mode . "cpp") (sh-mode . "shellscript")
                  (js-ts-mode . "javascript") (tsx-ts-mode . "typescriptreact") (rust-ts-mode . "rust")))
    (let ((major-mode (car case)))
      (should (equal (infill-ls-client--language) (cdr case))))))

;;; Settings

(ert-deftest infill-ls-tests-settings ()
  "Only what is set is sent, as JSON has it."
  (should (equal (infill-ls-settings-options) '(:status t :nextEdit t)))
  (let ((infill-ls-provider-kind "openai")
        (infill-ls-provider-stop '("a" "b"))
        (infill-ls-provider-timeout-s '(:total 9))
        (infill-ls-completion-languages '(("markdown" . nil) ("*.py" . t)))
        (infill-ls-completion-comments :json-false)
        (infill-ls-completion-max-lines 3))
    (should (equal (json-parse-string (json-serialize (infill-ls-settings-options) :false-object :json-false)
                                      :object-type 'alist :false-object :json-false)
                   '((status . t) (nextEdit . t)
                     (provider (kind . "openai") (stop . ["a" "b"]) (timeout_s (total . 9)))
                     (completion (max_lines . 3) (comments . :json-false) (languages (markdown . :json-false) (*.py . t))))))
    (should (equal (infill-ls-settings-key-variable) "INFILL_LS_API_KEY")))
  (let ((infill-ls-provider-base-url "https://dashscope.aliyuncs.com/compatible-mode/v1"))
    (should (equal (infill-ls-settings-key-variable) "DASHSCOPE_API_KEY")))
  (should (equal (infill-ls-settings-key-variable) "DASHSCOPE_API_KEY")))

(ert-deftest infill-ls-tests-settings-of-a-repository ()
  "What a file or a folder sets for its buffers is not looked at."
  (with-temp-buffer
    (setq-local infill-ls-provider-base-url "http://stranger"
                infill-ls-command '("evil")
                infill-ls-key-function (lambda () "evil"))
    (should (equal (infill-ls-settings-options) '(:status t :nextEdit t)))
    (should (equal (infill-ls-client-command) '("infill-ls" "--stdio" "--trust-editor")))
    (should-not (infill-ls-client-environment))))

(ert-deftest infill-ls-tests-key ()
  "The key is in the environment and not on the command line."
  (let ((infill-ls-key-function (lambda () "sk-secret")))
    (should (equal (infill-ls-client-environment) '("DASHSCOPE_API_KEY=sk-secret")))
    (should-not (string-search "sk-secret" (format "%S" (infill-ls-client-command))))))

(provide 'infill-ls-tests)
;;; infill-ls-tests.el ends here
