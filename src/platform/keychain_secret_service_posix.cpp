#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "platform/keychain.hpp"
#include "platform/libsecret.hpp"

namespace ddx {

namespace {

using std::chrono::milliseconds;
namespace ls = libsecret;

constexpr milliseconds time_to_unlock{60'000};

/// Cancels a call of the library that takes too long.
class Limit {
 public:
  Limit(const ls::Functions& library, milliseconds limit)
      : library_(library),
        cancellable_(library.g_cancellable_new()),
        watch_([this, limit] { watch(limit); }) {}
  Limit(const Limit&) = delete;
  ~Limit() {
    {
      const std::lock_guard lock(guard_);
      over_ = true;
    }
    changed_.notify_all();
    watch_.join();
    library_.g_object_unref(cancellable_);
  }
  [[nodiscard]] ls::Cancellable* raw() const { return cancellable_; }
  [[nodiscard]] bool exceeded() const { return exceeded_; }

 private:
  void watch(milliseconds limit) {
    std::unique_lock lock(guard_);
    if (changed_.wait_for(lock, limit, [this] { return over_; })) return;
    exceeded_ = true;
    library_.g_cancellable_cancel(cancellable_);
  }

  const ls::Functions& library_;
  ls::Cancellable* cancellable_;
  std::mutex guard_;
  std::condition_variable changed_;
  bool over_ = false;
  std::atomic<bool> exceeded_{false};
  std::thread watch_;  // uses all of the above
};

/// The first call connects to the bus, and that part of it cannot be cancelled: it is left behind in a thread
/// of its own when it takes too long.
class Connection {
 public:
  explicit Connection(const ls::Functions& library)
      : attempt_(std::make_shared<Attempt>(library, library.g_cancellable_new())) {
    std::thread([attempt = attempt_] { attempt->run(); }).detach();
  }

  /// \returns null, with the reason, if there is none in time
  ls::Service* wait(milliseconds limit, std::string& failure) {
    constexpr milliseconds time_to_cancel{200};
    std::unique_lock lock(attempt_->guard);
    const auto is_over = [this] { return attempt_->over; };
    if (!attempt_->changed.wait_for(lock, limit, is_over)) {
      attempt_->library.g_cancellable_cancel(attempt_->cancellable);
      attempt_->changed.wait_for(lock, time_to_cancel, is_over);
      failure = "it did not answer in time";
      return nullptr;
    }
    failure = attempt_->failure;
    return std::exchange(attempt_->service, nullptr);
  }

 private:
  struct Attempt {
    Attempt(const ls::Functions& the_library, ls::Cancellable* the_cancellable)
        : library(the_library), cancellable(the_cancellable) {}
    Attempt(const Attempt&) = delete;
    ~Attempt() {
      if (service != nullptr) library.g_object_unref(service);
      library.g_object_unref(cancellable);
    }
    void run() {
      ls::Error* error = nullptr;
      ls::Service* found = library.secret_service_get_sync(ls::open_session, cancellable, &error);
      const std::lock_guard lock(guard);
      service = found;
      if (error != nullptr) {
        failure = error->message;
        library.g_error_free(error);
      }
      over = true;
      changed.notify_all();
    }

    const ls::Functions& library;
    ls::Cancellable* cancellable;
    std::mutex guard;
    std::condition_variable changed;
    bool over = false;
    ls::Service* service = nullptr;
    std::string failure;
  };

  std::shared_ptr<Attempt> attempt_;
};

const ls::Schema& schema() {
  static const ls::Schema ours{
      "io.github.ddx.Login", 0, {{"service", 0}, {"origin", 0}, {nullptr, 0}}, 0, {nullptr}};
  return ours;
}

class SecretService final : public Keychain {
 public:
  SecretService(Unlocking unlocking, milliseconds limit)
      : unlocking_(unlocking), limit_(limit), library_(ls::load()) {}

  [[nodiscard]] std::string name() const override { return "Secret Service"; }
  [[nodiscard]] std::string reason() const override { return reason_; }

  [[nodiscard]] State state() override {
    if (!state_) state_ = look();
    if (*state_ == State::locked && unlocking_ == Unlocking::allowed && !asked_) {
      asked_ = true;
      if (unlock()) state_ = State::open;
    }
    return *state_;
  }

  [[nodiscard]] std::optional<Secret> find(const std::string& key) override {
    std::optional<Secret> found;
    search(&key, [&](ls::Item* item) {
      ls::Value* value = library_->secret_item_get_secret(item);
      if (value == nullptr || found) return;
      std::size_t size = 0;
      const char* bytes = library_->secret_value_get(value, &size);
      found = Secret(std::string_view(bytes, size));
      library_->secret_value_unref(value);
    });
    return found;
  }

  void store(const std::string& key, const std::string& label, const Secret& secret) override {
    require_open();
    const std::string_view bytes = secret.reveal();
    ls::Value* value =
        library_->secret_value_new(bytes.data(), static_cast<long>(bytes.size()), "text/plain");
    ls::Table* attributes = make_attributes(&key);
    call([&](ls::Cancellable* cancellable, ls::Error** error) {
      return library_->secret_service_store_sync(service(), &schema(), attributes, "default", label.c_str(),
                                                 value, cancellable, error) != 0;
    });
    library_->g_hash_table_unref(attributes);
    library_->secret_value_unref(value);
    check();
  }

  bool remove(const std::string& key) override {
    bool removed = false;
    search(&key, [&](ls::Item* item) {
      removed = call([&](ls::Cancellable* cancellable, ls::Error** error) {
                  return library_->secret_item_delete_sync(item, cancellable, error) != 0;
                }) ||
                removed;
    });
    return removed;
  }

  [[nodiscard]] std::vector<std::string> keys() override {
    std::vector<std::string> all;
    search(nullptr, [&](ls::Item* item) {
      ls::Table* attributes = library_->secret_item_get_attributes(item);
      if (const auto* key = static_cast<const char*>(library_->g_hash_table_lookup(attributes, "origin")))
        all.emplace_back(key);
      library_->g_hash_table_unref(attributes);
    });
    return all;
  }

 private:
  struct Unref {
    void operator()(void* object) const { ls::load()->g_object_unref(object); }
  };

  /// \returns the body's result; `failure_` says what went wrong
  template <class Body>
  bool call(Body body, std::optional<milliseconds> limit = {}) {
    const Limit watched(*library_, limit.value_or(limit_));
    ls::Error* error = nullptr;
    const bool done = body(watched.raw(), &error);
    failure_.clear();
    if (error != nullptr) {
      failure_ = watched.exceeded() ? "it did not answer in time" : error->message;
      library_->g_error_free(error);
    }
    return done;
  }

  void check() const {
    if (!failure_.empty()) throw KeychainError(failure_);
  }

  [[nodiscard]] ls::Service* service() const { return static_cast<ls::Service*>(service_.get()); }
  [[nodiscard]] ls::Collection* collection() const { return static_cast<ls::Collection*>(collection_.get()); }

  State look() {
    if (library_ == nullptr) return absent("libsecret is not installed");
    service_.reset(Connection(*library_).wait(limit_, failure_));
    if (!service_) return absent(failure_);
    call([&](ls::Cancellable* cancellable, ls::Error** error) {
      collection_.reset(
          library_->secret_collection_for_alias_sync(service(), "default", 0, cancellable, error));
      return collection_ != nullptr;
    });
    if (!collection_) return absent(failure_.empty() ? "it has no default collection" : failure_);
    return library_->secret_collection_get_locked(collection()) != 0 ? State::locked : State::open;
  }

  State absent(const std::string& why) {
    reason_ = why;
    return State::absent;
  }

  bool unlock() {
    ls::List objects{collection(), nullptr, nullptr};
    ls::List* unlocked = nullptr;
    call(
        [&](ls::Cancellable* cancellable, ls::Error** error) {
          return library_->secret_service_unlock_sync(service(), &objects, cancellable, &unlocked, error) > 0;
        },
        time_to_unlock);
    for (const ls::List* entry = unlocked; entry != nullptr; entry = entry->next)
      library_->g_object_unref(entry->data);
    const bool any = unlocked != nullptr;
    library_->g_list_free(unlocked);
    return any;
  }

  void require_open() {
    if (state() != State::open) throw KeychainError(reason_.empty() ? "it is locked" : reason_);
  }

  /// The keys and values of the table are not copied: they live as long as `key`.
  [[nodiscard]] ls::Table* make_attributes(const std::string* key) const {
    ls::Table* attributes = library_->g_hash_table_new(library_->g_str_hash, library_->g_str_equal);
    const auto set = [&](const char* name, const char* value) {
      library_->g_hash_table_insert(attributes, const_cast<char*>(name), const_cast<char*>(value));
    };
    set("service", "ddx");
    if (key != nullptr) set("origin", key->c_str());
    return attributes;
  }

  template <class Body>
  void search(const std::string* key, Body body) {
    require_open();
    ls::Table* attributes = make_attributes(key);
    ls::List* items = nullptr;
    call([&](ls::Cancellable* cancellable, ls::Error** error) {
      items = library_->secret_service_search_sync(
          service(), &schema(), attributes, ls::search_all | ls::search_load_secrets, cancellable, error);
      return items != nullptr;
    });
    library_->g_hash_table_unref(attributes);
    const std::string failed = failure_;
    for (const ls::List* entry = items; entry != nullptr; entry = entry->next) {
      body(static_cast<ls::Item*>(entry->data));
      library_->g_object_unref(entry->data);
    }
    library_->g_list_free(items);
    if (!failed.empty()) throw KeychainError(failed);
    check();
  }

  Unlocking unlocking_;
  milliseconds limit_;
  const ls::Functions* library_;
  std::unique_ptr<void, Unref> service_, collection_;
  std::optional<State> state_;
  std::string reason_, failure_;
  bool asked_ = false;
};

}  // namespace

std::unique_ptr<Keychain> make_keychain(Keychain::Unlocking unlocking, milliseconds limit) {
  return std::make_unique<SecretService>(unlocking, limit);
}

}  // namespace ddx
