# `brew update-python-resources` writes the resources of the dependencies into this formula.
class InfillLs < Formula
  include Language::Python::Virtualenv

  desc "Language server that completes code at the cursor"
  homepage "@REPOSITORY@"
  url "@REPOSITORY@/releases/download/v@VERSION@/infill_ls-@VERSION@.tar.gz"
  sha256 "@SHA256@"
  license "MIT"

  depends_on "python@3.13"

  def install
    virtualenv_install_with_resources
  end

  test do
    (testpath/"a.py").write <<~PYTHON
      def load(path):
          with open(path, encoding="utf-8") as file:
              return file.read()


      def read(path):
          with o
    PYTHON
    assert_match 'pen(path, encoding="utf-8") as file:', shell_output("#{bin}/infill-ls complete a.py:7:11")
  end
end
