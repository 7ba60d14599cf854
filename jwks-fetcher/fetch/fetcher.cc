#include "jwks-fetcher/fetch/fetcher.h"

#include <random>
#include <utility>

#include "jwks-fetcher/fetch/fetcher_state.h"

namespace pamjwt::fetcher {

Fetcher::Fetcher(HttpClient& http, KeyStore& store, Clock clock, Random random)
    : state_(std::make_unique<State>(http, store, std::move(clock), std::move(random))) {}

Fetcher::~Fetcher() = default;

void Fetcher::LogTo(Log log) {
  state_->LogTo(std::move(log));
}

void Fetcher::Configure(const Config& config) {
  state_->Configure(config);
}

void Fetcher::Run() {
  state_->Run();
}

MonoTime Fetcher::NextWake() const {
  return state_->NextWake();
}

void Fetcher::Refresh(std::string_view issuer_url, RefreshDone done) {
  state_->Refresh(issuer_url, std::move(done));
}

bool Fetcher::AllTried() const {
  return state_->AllTried();
}

std::vector<IssuerStatus> Fetcher::Status() const {
  return state_->Status();
}

const std::string& Fetcher::write_error() const {
  return state_->write_error();
}

Fetcher::Random Fetcher::SystemRandom() {
  return [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
  };
}

}  // namespace pamjwt::fetcher
