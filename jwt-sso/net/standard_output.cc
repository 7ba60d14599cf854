#include "jwt-sso/net/standard_output.h"

#include <unistd.h>

#include <string_view>

#include "io/write_all.h"

namespace pamjwt::sso {
Status PrintSecretLine(const SecretString& secret) {
  constexpr std::string_view kName = "to standard output";
  Status written = WriteAll(STDOUT_FILENO, secret.view(), kName);
  return written.ok() ? WriteAll(STDOUT_FILENO, "\n", kName) : written;
}

}  // namespace pamjwt::sso
