package virtualserver

func (c configuration) checkFirmware() {}
