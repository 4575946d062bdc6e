"""Call the service and print what comes of it."""


def attempt(function, *arguments):
    try:
        print(function(*arguments))
    except Exception as error:
        print(f"{type(error).__module__}.{type(error).__name__}: {error}")


def attempt_all(service, word, number):
    attempt(service.greet, word)
    attempt(service.divide, int(number), 0)
    attempt(service.pay, int(number))
