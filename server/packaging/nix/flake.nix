# nix run 'git+file:///path/to/checkout?dir=server/packaging/nix' -- try .
{
  description = "A language server that completes code at the cursor";

  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.python3Packages.buildPythonApplication {
          pname = "infill-ls";
          version = "0-unstable";
          pyproject = true;
          src = ../../..;
          build-system = [ pkgs.python3Packages.hatchling ];
          dependencies = with pkgs.python3Packages; [
            pygls
            lsprotocol
            httpx
            anyio
            cachetools
            platformdirs
          ];
          pythonImportsCheck = [ "infill_ls" ];
          meta = {
            mainProgram = "infill-ls";
            license = pkgs.lib.licenses.mit;
          };
        };
      });
    };
}
